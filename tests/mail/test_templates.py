"""Every mail has its three parts in Dutch, in the frame of the house, and English whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.mail.rendering import TEMPLATES, _environment

PARTS = {"subject.txt", "body.txt", "body.html"}
MAILS = sorted(folder for folder in (TEMPLATES / "mail").iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", MAILS, ids=lambda folder: folder.name)
def test_a_mail_is_whole_in_each_language_it_has(folder: Path) -> None:
    languages = {language.name: {part.name for part in language.iterdir()} for language in folder.iterdir()}
    assert languages["nl"] == PARTS
    assert set(languages) <= {"nl", "en"} and all(parts == PARTS for parts in languages.values())


@pytest.mark.parametrize("folder", MAILS, ids=lambda folder: folder.name)
def test_a_mail_can_be_read_and_stands_in_the_frame(folder: Path) -> None:
    for file in folder.rglob("body.*"):
        source = file.read_text()
        _environment(file.parent.name).parse(source)
        assert f'{{% extends "mail/base{file.suffix}" %}}' in source
    for file in folder.rglob("body.html"):
        assert "style=" not in file.read_text() and "<script" not in file.read_text()
        assert file.read_text().count("<h1") == 1, "one heading says what it is about"
