"""Consent texts are evidence: what someone agreed to must stay what it was."""

from vivavoce.web import consent

AGREED_TO = {
    "interview-1-en": "fc7e0492119a69193b4c3fd2234b0f6d724c5780ac18f08c88f3833e19d8e848",
    "interview-1-fr": "97d3d41e414ab27eea399d18ebc435e1e178df5a19e9ded2598959d96fca517d",
}


def test_a_text_that_someone_may_have_agreed_to_never_changes() -> None:
    assert {text.id: text.sha256 for text in consent.texts().values()} == AGREED_TO


def test_each_language_has_a_current_text() -> None:
    assert consent.current("en").text.startswith("I know that an AI conducts this interview")
    assert consent.current("fr").text.startswith("Je sais que cet entretien est mené par une IA")


def test_a_text_is_found_by_the_id_that_an_agreement_stored() -> None:
    assert consent.find("interview-1-fr") == consent.current("fr")
    assert consent.find("../secret") is None
