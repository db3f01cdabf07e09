import os

os.environ["GREETING"] = "good morning"
