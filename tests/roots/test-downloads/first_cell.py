import warnings

warnings.filterwarnings("ignore", "Glyph")
