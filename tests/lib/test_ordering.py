"""Lists of countries and languages, as readers look for a name in them."""

import pytest

from campaign.lib import countries, languages


@pytest.mark.parametrize(
    ("language", "some"),
    [
        ("en", ["Afghanistan", "Åland Islands", "Albania", "Côte d’Ivoire", "Croatia"]),
        ("fr", ["Afrique du Sud", "Danemark", "Égypte", "Finlande", "Zimbabwe"]),
        ("zh-Hans", ["阿富汗", "秘鲁", "波兰", "法国", "斐济", "芬兰", "瑙鲁", "越南", "中国"]),
        ("ar", ["إثيوبيا", "البرازيل", "ألمانيا", "آيسلندا", "إيطاليا", "فرنسا", "كندا"]),
    ],
)
def test_countries_stand_where_a_reader_looks(language: str, some: list[str]) -> None:
    names = list(countries.names(language).values())

    assert [name for name in names if name in some] == some


def test_languages_stand_where_a_chinese_reader_looks() -> None:
    names = [name for _tag, name in languages.known("zh-Hans")]
    some = ["阿拉伯语", "鞑靼语", "丹麦语", "法语", "梵语", "芬兰语", "越南语", "藏语", "中文"]

    assert [name for name in names if name in some] == some
