# អក្សរខ្មែរក្នុងរូប៖ ប្រើពុម្ពអក្សរខ្មែរ បើកុំព្យូទ័រនេះមាន។ បើគ្មាន ចូរដំឡើង Noto Sans Khmer។
import warnings

from matplotlib import font_manager, rcParams

khmer = sorted(font.name for font in font_manager.fontManager.ttflist if "Khmer" in font.name)
rcParams["font.family"] = ["DejaVu Sans", *khmer[:1]]
warnings.filterwarnings("ignore", "Glyph .* missing from")
