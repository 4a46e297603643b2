"""What RAG_BLOB_URL may say."""

import pytest

from ingest.blobs.address import Address, read
from ingest.errors import Invalid


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("s3://documents", Address("s3", "documents", "", {})),
        ("s3://documents/", Address("s3", "documents", "", {})),
        ("s3://my.documents/a/b-c/", Address("s3", "my.documents", "a/b-c/", {})),
        ("s3://documents?region=eu-west-1", Address("s3", "documents", "", {"region": "eu-west-1"})),
        (
            "s3://documents/a?endpoint=http://127.0.0.1:9000&path_style=false",
            Address("s3", "documents", "a/", {"endpoint": "http://127.0.0.1:9000", "path_style": "false"}),
        ),
        (
            "s3://d1-c?endpoint=http://s3.svc:9000&allow_http=true",
            Address("s3", "d1-c", "", {"endpoint": "http://s3.svc:9000", "allow_http": "true"}),
        ),
        ("gs://documents/a", Address("gs", "documents", "a/", {})),
        ("az://documents", Address("az", "documents", "", {})),
        ("file:///srv/files", Address("file", "", "/srv/files/", {})),
    ],
)
def test_a_place_is_read_from_its_url(url: str, address: Address) -> None:
    assert read(url) == address


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "has to begin with one of s3://, gs://, az://, file://"),
        ("documents", "has to begin with one of"),
        ("http://127.0.0.1:9000/documents", "has to begin with one of"),
        ("s3:documents", "has to name a bucket"),
        ("s3:///documents", "has to name a bucket"),
        ("s3://a b", "'a b' cannot be one"),
        ("s3://documents/../a", "may have letters"),
        ("s3://documents/a//b", "may have letters"),
        ("s3://documents/a%20b", "may have letters"),
        ("s3://documents/.a", "may have letters"),
        ("s3://documents#a", "may not have a '#'"),
        ("s3://documents?regoin=a", "'regoin': there are endpoint, region, path_style, allow_http"),
        ("gs://documents?region=a", "'region': gs:// has none"),
        ("s3://documents?region=", "needs one value for the option 'region'"),
        ("s3://documents?region=a&region=b", "needs one value for the option 'region'"),
        ("s3://documents?path_style=yes", "'path_style' that is neither true nor false"),
        ("s3://documents?endpoint=127.0.0.1:9000", "an endpoint that does not begin with http:// or https://"),
        ("s3://documents?endpoint=http://s3.svc:9000", "an endpoint without encryption"),
        ("s3://documents?endpoint=http://s3.svc:9000&allow_http=false", "an endpoint without encryption"),
        ("s3://documents?endpoint=http://127.0.0.1:many", "is no URL"),
        ("s3://[documents", "is no URL"),
        ("file://srv/files", "three slashes"),
        ("file:///", "three slashes"),
    ],
)
def test_one_that_is_wrong_is_refused_with_what_is_wrong(url: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(url)
    assert said in refused.value.message


@pytest.mark.parametrize(
    "url",
    [
        "s3://AKIA123:hidden@documents",
        "s3://documents?endpoint=https://AKIA123:hidden@s3.svc",
        "s3://documents?secret_access_key=hidden",
        "az://documents?sas=hidden",
    ],
)
def test_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(url)
    assert "hidden" not in refused.value.message
    assert "AKIA123" not in refused.value.message
