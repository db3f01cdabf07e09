extensions = ["languages_menu"]
html_theme = "basic"
templates_path = ["templates"]
languages_menu = {"en": "English", "km": "ភាសាខ្មែរ", "pt_BR": "português"}
html_sidebars = {"**": ["languages.html"]}
