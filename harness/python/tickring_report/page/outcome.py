# SPDX-License-Identifier: Apache-2.0
"""What came out, and whether it is like the published run."""

from collections import Counter
from dataclasses import dataclass

from ..material import Material
from ..tails import tail_of
from .words import counted, human, human_range, listed

FAULTS = ("lost", "duplicated", "reordered", "torn", "wrong_length")
GOOD = ("reproduced", "better", "explained")
SAYING = {
    "reproduced": "reproduced",
    "better": "better than published",
    "explained": "outside, but as the model predicts",
    "not comparable": "not comparable",
    "not reproduced": "not reproduced",
}
SCHEDULED = {"from when due": "intended_latency_ns", "sent late by": "schedule_delay_ns"}
PACED = "steady-latency-at-published-rate"


@dataclass(frozen=True)
class Row:
    """A row of the table of percentiles."""

    title: str
    latencies: list[str]
    beyond: str
    is_sure: bool


@dataclass(frozen=True)
class Verdict:
    """A published figure beside ours."""

    title: str
    published: str
    measured: str
    predicted: str
    verdict: str
    reason: str

    @property
    def kind(self) -> str:
        """Of what kind the verdict is, as a class of the page."""
        return "good" if self.verdict in GOOD else self.verdict.replace(" ", "-")


def came_out(material: Material) -> list[str]:
    """The run in a few sentences."""
    sentences = []
    if material.get("status") != "complete":
        reason = material.get("status_reason") or "it does not say why"
        sentences.append(f"The run is incomplete: {reason}.")
    received = material.get("consumer.messages_received")
    if received is None:
        sentences.append("It does not tell how many messages were received.")
    else:
        throughput = human(material.get("producer.throughput_per_s"), "msg/s")
        sentences.append(
            f"{counted(received, 'message')} received, {_faults(material)}; sent at {throughput}."
        )
    latency = material.get("latency_ns")
    if latency is None:
        sentences.append(f"There is no latency: {material.why_not('latency_ns')}.")
    elif latency.get("p50") is not None:
        half, rare, worst = (human(latency.get(key), "ns") for key in ("p50", "p99", "max"))
        sentences.append(
            f"Half of them took at most {half}, 99 % at most {rare}, the slowest {worst}."
        )
    return sentences


def _faults(material: Material) -> str:
    counts = {name: material.get(f"consumer.{name}") for name in FAULTS}
    found = [f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count]
    return listed(found) if found else "none lost or damaged"


def percentiles(material: Material) -> list[Row]:
    """Each percentile with the number of messages beyond it, and what a schedule adds."""
    further = [
        {tail.percentile: human(tail.latency_ns, "ns") for tail in tail_of(material.get(path))}
        for path in SCHEDULED.values()
        if material.get(path)
    ]
    return [
        Row(
            tail.title,
            [human(tail.latency_ns, "ns"), *(one.get(tail.percentile, "–") for one in further)],
            f"{tail.beyond:,}",
            tail.is_sure,
        )
        for tail in tail_of(material.get("latency_ns"))
    ]


def latency_titles(material: Material) -> list[str]:
    """Of the columns of latencies."""
    return ["latency", *(title for title, path in SCHEDULED.items() if material.get(path))]


def verdicts(material: Material) -> list[Verdict]:
    """Each published figure that the run says something about."""
    return [
        Verdict(
            claim["title"],
            human_range(claim["published"], claim["unit"]),
            human(claim["measured"], claim["unit"]),
            human(claim["predicted"], claim["unit"]),
            claim["verdict"],
            claim["reason"],
        )
        for claim in material.get("claims") or []
    ]


def like_published(material: Material) -> tuple[str, str]:
    """Whether it is: in a word or two, and in a sentence or two."""
    claims = material.get("claims") or []
    if not claims:
        return "No comparison", f"Nothing was published that {material.scenario} could be held to."
    counts = Counter(claim["verdict"] for claim in claims)
    good = sum(counts[verdict] for verdict in GOOD)
    word = "Yes" if good == len(claims) else "In part" if good else "No"
    parts = [f"{counts[verdict]} {words}" for verdict, words in SAYING.items() if counts[verdict]]
    sentences = [f"Of {counted(len(claims), 'published figure')}: {listed(parts)}."]
    for claim in claims:
        if claim["id"] == PACED and claim["measured"] is not None:
            sentences.append(
                f"Sent at the published rate, the steady mean is {human(claim['measured'], 'ns')}, "
                f"published are {human_range(claim['published'], 'ns')}: {claim['verdict']}."
            )
    return word, " ".join(sentences)
