extensions = ["myst_parser", "unfinished", "glossary_csv"]
html_theme = "basic"
exclude_patterns = ["build"]
locale_dirs = ["locale"]
show_warning_types = True

glossary_csv_columns = {
    "en": ("english", "definition_en"),
    "km": ("khmer", "definition_km"),
}
