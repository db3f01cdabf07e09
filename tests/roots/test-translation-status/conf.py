extensions = ["cells", "localise", "translation_status"]
html_theme = "basic"
exclude_patterns = ["build"]
locale_dirs = ["locale"]
gettext_compact = False
show_warning_types = True
translation_status_languages = {"en": "English", "km": "ភាសាខ្មែរ", "fr": "français"}
translation_status_help = "help"
