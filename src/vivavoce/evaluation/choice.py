"""Which evaluator an installation has: the model's where an endpoint is set, else the offline one."""

from contextlib import AsyncExitStack

from vivavoce.evaluation.evaluator import Evaluator

NO_KEY = "none"
"""What a server that wants no key is given: the client refuses an empty one."""


def choose_evaluator(
    closing: AsyncExitStack, *, api_key: str | None, base_url: str | None, model: str
) -> Evaluator:
    """Its connections end with `closing`."""
    if not (api_key or base_url):
        from vivavoce.evaluation.offline import OfflineEvaluator  # noqa: PLC0415 - only who rates pays for it

        return OfflineEvaluator()
    from vivavoce.evaluation.llm import ModelEvaluator  # noqa: PLC0415 - the SDK is half a second and 40 MB

    evaluator = ModelEvaluator(api_key=api_key or NO_KEY, model=model, base_url=base_url)
    closing.push_async_callback(evaluator.close)
    return evaluator
