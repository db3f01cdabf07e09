extensions = ["cells", "value", "widgets", "downloads", "doctests"]
html_theme = "basic"
exclude_patterns = ["build"]
html_static_path = ["static"]
locale_dirs = ["locale"]
show_warning_types = True
widgets_common = ["common.css", "common.js"]
