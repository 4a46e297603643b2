from tests.ingest.convert.conversion import Convert


def test_a_card_says_who_it_is_and_how_to_reach_them(convert: Convert) -> None:
    card = (
        "BEGIN:VCARD\nVERSION:3.0\nN:Dąbrowska;Ewa;;;\nFN:Ewa Dąbrowska\nORG:Zakład;Lenses\n"
        "TEL;TYPE=CELL,VOICE,pref:+48 601\nitem1.EMAIL;TYPE=INTERNET:ewa@optyk.pl\nitem1.X-ABLabel:_$!<School>!$_\n"
        "ADR;TYPE=WORK:;;ul. Piękna 5;Wrocław;;50-506;Polska\nBDAY:19840229\nNOTE:After 4 pm\\, never\\nFridays.\n"
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\n SkZJ\nX-UNKNOWN:1\nEND:VCARD\n"
    )
    assert convert("a.vcf", card.encode()).content == (
        "# Ewa Dąbrowska\n\nOrganization: Zakład, Lenses\nPhone (cell): +48 601\nE-mail (School): ewa@optyk.pl\n"
        "Address (work): ul. Piękna 5, 50-506 Wrocław, Polska\nBirthday: 1984-02-29\nNote: After 4 pm, never Fridays."
    )


def test_cards_of_older_programs_are_read(convert: Convert) -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;Bj=F6=\r\nrn\r\n"
        "TEL;HOME;VOICE:0421 55\r\nPHOTO;JPEG;ENCODING=BASE64:\r\n /9j/4AAQ\r\n SkZJ\r\n\r\nEND:VCARD\r\n"
    )
    assert convert("a.vcf", card.encode() * 2).content == "\n\n".join(["# Björn Müller", "Phone (home): 0421 55"] * 2)


def test_what_is_no_card_is_read_as_it_is(convert: Convert) -> None:
    assert convert("a.vcf", b"Just a note").content == "Just a note"
