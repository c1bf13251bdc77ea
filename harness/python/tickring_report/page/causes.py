# SPDX-License-Identifier: Apache-2.0
"""Where the time goes, in words and as the parts of a bar."""

from dataclasses import dataclass

from ..causes import words_of
from ..material import Material
from ..model import Model, model_of
from .words import counted, human, human_range, listed

PARTS = {
    "stamp_to_commit": "to write it",
    "commit_to_publish": "waiting to be published",
    "publish_to_seen": "on the way",
    "seen_to_read": "being read in turn",
}
RATE, STEADY = "producer-throughput", "steady-latency"


@dataclass(frozen=True)
class Part:
    """A piece of a bar."""

    name: str
    time: str
    share: float  # of the bar, in percent
    kind: str  # a class of the page


@dataclass(frozen=True)
class Cause:
    """One run's mean latency, as the model has it."""

    scenario: str
    predicted: str
    measured: str
    parts: list[Part]


def why(material: Material) -> list[str]:
    """Why the latency is what it is, a sentence each."""
    model = model_of(material)
    if model is None:
        return [_without_model(material)]
    wait = human(model.waiting_ns, "ns")
    others = (model.batch - 1) / 2
    company = (
        f"A message waits for company: {model.batch:g} become visible together, so on average it "
        f"waits for {others:g} others. "
    )
    sentences = [company + _published(material, model, others)]
    sentences.append(
        f"In this run one comes every {human(model.period_ns, 'ns')}, and the wait is {wait}"
        + (
            f"; being read in turn adds {human(model.queue_ns, 'ns')} and the way from one process "
            f"to the other {human(model.transport_ns, 'ns')}."
            if model.is_whole
            else "."
        )
    )
    return sentences


def _without_model(material: Material) -> str:
    if material.get("residency.effective_batch") == 1:
        at_once = "Every message is published at once, so none waits for others"
        steady_ns = material.get("windows.steady_mean_ns")
        if steady_ns is None:
            return f"{at_once}."
        return f"{at_once}: the steady mean of {human(steady_ns, 'ns')} is the transport itself."
    return f"It cannot be told: {material.why_not('residency.period_ns')}."


def _published(material: Material, model: Model, others: float) -> str:
    claims = {claim["id"]: claim for claim in material.get("claims") or []}
    rate, steady = claims.get(RATE), claims.get(STEADY)
    if not rate or not steady or isinstance(rate["published"], dict):
        return ""
    period_ns = 1e9 / rate["published"]
    return (
        f"At the published rate of {rate['published']:,.0f} messages a second one comes every "
        f"{human(period_ns, 'ns')}: {others:g} × {human(period_ns, 'ns')} = "
        f"{human(others * period_ns, 'ns')}. The published "
        f"{human_range(steady['published'], 'ns')} are this wait, not the transport."
    )


def traced(material: Material) -> list[str]:
    """What a run says in which both sides traced every message: parts and spikes."""
    for run in (material, *material.companions.values()):
        if run.get("breakdown_ns"):
            means = [
                f"{human(run.get(f'breakdown_ns.{key}.mean'), 'ns')} {words}"
                for key, words in PARTS.items()
            ]
            return [f"Traced ({run.scenario}), the mean is {listed(means)}.", *_spikes(run)]
    return []


def _spikes(run: Material) -> list[str]:
    found = run.get("spikes.causes")
    if not found:
        return []
    threshold = human(run.get("spikes.threshold_ns"), "ns")
    shares = [f"{words_of(one['cause'])} {100 * one['share_of_time']:.0f} %" for one in found]
    count = counted(run.get("spikes.total_count") or 0, "spike")
    return [f"Late messages, over {threshold}: {count}; of their time {listed(shares)}."]


def causes(materials: list[Material]) -> list[Cause]:
    """The runs that have a whole model; the bars share one scale."""
    models = [(material, model_of(material)) for material in materials]
    whole = [(material, model) for material, model in models if model and model.is_whole]
    if not whole:
        return []
    longest = max(_total(model) for _, model in whole)
    return [
        Cause(
            material.scenario,
            human(_total(model), "ns"),
            human(model.measured_ns, "ns"),
            [
                Part(name, human(value, "ns"), 100 * value / longest, kind)
                for name, value, kind in (
                    ("waiting for company", model.waiting_ns, "waiting"),
                    ("being read in turn", model.queue_ns, "queue"),
                    ("transport", model.transport_ns, "transport"),
                )
            ],
        )
        for material, model in whole
    ]


def _total(model: Model) -> float:
    return model.waiting_ns + model.queue_ns + model.transport_ns
