"""The catalogue is in step with the sources, and what is wrong with a translation is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal import i18n, translations


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project of one module and one page, with a catalogue of its own."""
    (tmp_path / "portal").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "portal" / "forms.py").write_text("label = lazy_gettext('Uw naam')\nkinds = {'a': mark('Aanbieder')}\n")
    (tmp_path / "templates" / "page.html").write_text(
        "{{ _('Dag %(naam)s', naam=n) }}{% trans %}Tot ziens{% endtrans %}"
        "{{ ngettext('%(num)s dag', '%(num)s dagen', n) }}"
    )
    monkeypatch.setattr(translations, "HERE", tmp_path / "catalogues")
    monkeypatch.setattr(translations, "EQUAL", tmp_path / "equal.txt")
    return tmp_path


def _translate(project: Path, **pairs: str) -> None:
    file = translations.catalogue_file("en")
    text = file.read_text()
    for dutch, english in pairs.items():
        dutch = dutch.replace("_", " ")
        text = text.replace(f'msgid "{dutch}"\nmsgstr ""', f'msgid "{dutch}"\nmsgstr "{english}"')
    file.write_text(text)


def test_texts_of_code_and_templates_are_collected(project: Path) -> None:
    assert translations.update(project) == 5
    text = translations.catalogue_file("en").read_text()
    for dutch in ("Uw naam", "Aanbieder", "Dag %(naam)s", "Tot ziens", "%(num)s dag"):
        assert f'msgid "{dutch}"' in text


def test_a_translation_survives_an_update(project: Path) -> None:
    translations.update(project)
    _translate(project, Uw_naam="Your name")
    assert translations.update(project) == 4
    assert 'msgstr "Your name"' in translations.catalogue_file("en").read_text()


def test_updating_twice_changes_nothing(project: Path) -> None:
    translations.update(project)
    before = translations.catalogue_file("en").read_bytes()
    translations.update(project)
    assert translations.catalogue_file("en").read_bytes() == before


def test_a_new_text_is_a_fault_until_it_is_collected(project: Path) -> None:
    translations.update(project)
    (project / "portal" / "more.py").write_text("_('Nieuw')\n")
    assert translations.check(project, wired=True) == ["not in the catalogue: 'Nieuw'"]
    translations.update(project)
    assert translations.check(project, wired=True) == []


def test_a_text_that_left_the_sources_is_a_fault(project: Path) -> None:
    translations.update(project)
    (project / "portal" / "forms.py").write_text("")
    assert "no longer used: 'Uw naam'" in translations.check(project, wired=True)


def test_a_missing_translation_is_a_fault_only_in_the_full_check(project: Path) -> None:
    translations.update(project)
    assert "not translated: 'Uw naam'" in translations.check(project)
    assert translations.check(project, wired=True) == []


def test_a_copied_translation_is_a_fault_unless_it_is_rightly_equal(project: Path) -> None:
    translations.update(project)
    _translate(project, Uw_naam="Uw naam")
    assert "copied, not translated: 'Uw naam'" in translations.check(project)
    (project / "equal.txt").write_text("Uw naam\n")
    assert "copied, not translated: 'Uw naam'" not in translations.check(project)


def test_a_doubtful_translation_is_a_fault(project: Path) -> None:
    translations.update(project)
    _translate(project, Uw_naam="Your name")
    file = translations.catalogue_file("en")
    file.write_text(file.read_text().replace('msgid "Uw naam"', '#, fuzzy\nmsgid "Uw naam"'))
    assert "marked as doubtful: 'Uw naam'" in translations.check(project)


def test_a_translation_that_names_an_unknown_value_is_always_a_fault(project: Path) -> None:
    translations.update(project)
    file = translations.catalogue_file("en")
    file.write_text(
        file.read_text().replace('msgid "Dag %(naam)s"\nmsgstr ""', 'msgid "Dag %(naam)s"\nmsgstr "Hi %(name)s"')
    )
    assert translations.check(project, wired=True) == ["names a value that the text does not have: 'Dag %(naam)s'"]


def test_half_a_plural_falls_back_to_dutch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(
        translations.HEADER
        + 'msgid "%(num)s dag"\nmsgid_plural "%(num)s dagen"\nmsgstr[0] ""\nmsgstr[1] ""\n\n'
        + 'msgid "Dag"\nmsgstr "Hello"\n'
    )
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    i18n.translations.cache_clear()
    try:
        assert i18n.ngettext("en")("%(num)s dag", "%(num)s dagen", 2) == "2 dagen"
        assert i18n.gettext("en")("Dag") == "Hello"
    finally:
        i18n.translations.cache_clear()
