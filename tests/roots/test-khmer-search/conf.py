extensions = ["khmer_search"]
language = "km"
html_theme = "basic"
exclude_patterns = ["build"]
