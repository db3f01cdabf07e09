from pathlib import Path

import mathml

extensions = ["myst_parser", "mathml"]
myst_enable_extensions = ["amsmath", "dollarmath"]
mathml_temml = str(Path(mathml.__file__).parents[1] / "node_modules" / "temml")
