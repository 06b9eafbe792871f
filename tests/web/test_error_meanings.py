"""Every error code has a page, and every page a code."""

import re

import pytest

from vivavoce import errors
from vivavoce.web.error_meanings import MEANINGS
from vivavoce.web.recruiter_views import ErrorCodePage, ErrorPage
from vivavoce.web.render import render


def test_every_code_is_explained_and_nothing_else() -> None:
    assert set(MEANINGS) == set(errors.TITLES)


def test_a_codes_status_is_the_one_it_is_answered_with() -> None:
    classes = [errors.Refusal, *errors.Refusal.__subclasses__()]
    generic = {one.code: one.status for one in classes if one.__module__ == errors.__name__}
    assert {code: MEANINGS[code][0] for code in generic} == generic


@pytest.mark.parametrize("code", MEANINGS)
def test_the_page_says_what_the_code_means(code: str) -> None:
    status, meaning = MEANINGS[code]
    page = render(
        "errors/code.html",
        ErrorCodePage(code=code, status=status, title=errors.TITLES[code], meaning=meaning),
    )
    assert re.search(rf"<code>{code}</code>", page)
    assert errors.TITLES[code] in page


@pytest.mark.parametrize("status", [401, 403, 404, 405, 409, 413, 418, 429, 500, 503])
def test_a_failure_has_a_page_with_the_request_to_ask_about(status: int) -> None:
    assert "req_1" in render("errors/error.html", ErrorPage(status=status, message="", request_id="req_1"))
