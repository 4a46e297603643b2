import base64
from urllib.parse import quote

import pytest
from python_multipart.multipart import parse_options_header

from rag_api.http.filenames import upload_name

FOREIGN_NAMES = [
    *("会議\u3000資料.txt", "Screenshot at 3.14.15\u202fPM.txt", "Snímek v\u00a013.05.txt", "گزارش\u200cهای.txt"),
    *(
        "👨\u200d👩\u200d👧.txt",
        "नोट\u200d.txt",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f.txt",
        "\u200fשלום.txt",
    ),
    "\uf022.txt",
]


NAME = "会議\u3000資料 (2).docx"
QUOTED_NAME = quote(NAME)
WORDS = "=?utf-8?B?" + base64.b64encode(NAME.encode()).decode() + "?="


@pytest.mark.parametrize(
    ("parameters", "kept"),
    [
        (f"filename=\"{WORDS}\"; filename*=utf-8''{QUOTED_NAME}", NAME),
        (f"filename*=UTF-8'en'{QUOTED_NAME}", NAME),
        (f"filename*=utf-8''{QUOTED_NAME}; filename=substitute.docx", NAME),
        ("filename*=iso-8859-1''caf%E9.txt", "café.txt"),
        ("filename=a.txt; filename*=no-such-charset''b.txt", "a.txt"),
        ("filename=a.txt; filename*=utf-8''%ff.txt", "a.txt"),
        ("filename=\"a; filename*=utf-8''b.txt\"", "a; filename*=utf-8''b.txt"),
        ("filename=\"unended; filename*=utf-8''b.txt", "\"unended; filename*=utf-8''b.txt"),
        ("filename*=utf-8''..%2f..%2fpasswd", "passwd"),
        (f'filename="{WORDS}"', NAME),
        ('filename="=?utf-8?Q?caf=C3=A9.txt?="', "café.txt"),
        ('filename="=?utf-8?B?a?= and more.txt"', "=?utf-8?B?a?= and more.txt"),
        ('filename="=?no-such?B?YQ==?="', "=?no-such?B?YQ==?="),
        ('filename="=?utf-8?B?a?="', "=?utf-8?B?a?="),
    ],
)
def test_a_name_may_be_written_as_in_mails_and_headers(parameters: str, kept: str) -> None:
    disposition = f"form-data; name=file; {parameters}".encode()
    assert upload_name(disposition, parse_options_header(disposition)[1]) == kept


@pytest.mark.parametrize("name", FOREIGN_NAMES)
def test_a_name_is_kept_as_it_was_sent(name: str) -> None:
    disposition = f'form-data; name="file"; filename="{name}"'.encode()
    assert upload_name(disposition, parse_options_header(disposition)[1]) == name
