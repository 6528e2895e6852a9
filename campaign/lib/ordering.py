"""Names in the order in which readers of a language look for them.

Python knows no collation, and the machine may lack the locale. Our languages need little: accents
count for nothing, and Chinese goes by pinyin, as its dictionaries do.
"""

from campaign.lib import spellings

#: The standard of 1980 has the 3755 usual signs in the order of their pinyin, each under one sound,
#: and the others behind them, by their shape; its successor, which Python speaks, left them there.
_BY_PINYIN = "gb18030"
#: Signs that begin names of countries and languages and that stand elsewhere in it: the others, or
#: with another sound. Each is put beside one of (nearly) the sound that it has in the name.
_SOUNDS_LIKE = str.maketrans("瑙斐梵秘巽鞑藏", "脑匪饭币讯达赞")


def place(name: str, language: str) -> str:
    """What names in this language are sorted by.

    Égypte stands among the E, أ beside ا, 越南 behind 英国.
    """
    bare = spellings.bare(name)
    if not language.startswith("zh"):
        return bare
    return bare.translate(_SOUNDS_LIKE).encode(_BY_PINYIN, "replace").decode("latin-1")
