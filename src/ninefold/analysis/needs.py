"""Protection needs: ratings travel from functions to assets, hosts and zones; the maximum holds, with its chain.

Source: docs/method.md section 2; IEC 62443-3-2:2020 ZCR 2.1, 5.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ninefold.analysis.words import ANCHORS, CATEGORIES, OBJECTIVES, Key, key_order, memo
from ninefold.base.i18n import Message, messages
from ninefold.model.assessment import Need
from ninefold.model.findings import Reason
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import Objective

say = messages("analysis")


class Rated(NamedTuple):
    """A rating 1..5 with its explanation."""

    rating: int
    why: Reason


Ratings = dict[str, dict[Key, Rated]]


def needs(plant: Plant) -> tuple[Need, ...]:
    """All protection needs: functions first, then assets, then zones, each by id, objective and category."""
    rated = ratings(plant)
    subjects = [*sorted(plant.function), *sorted(plant.asset), *sorted(plant.zone)]
    return tuple(
        Need(subject=subject, objective=key[0], category=key[1], rating=item.rating, why=item.why)
        for subject in subjects
        for key, item in sorted(rated.get(subject, {}).items(), key=lambda pair: key_order(pair[0]))
    )


def ratings(plant: Plant) -> Ratings:
    """Ratings by subject id and (objective, category); computed once per plant."""
    return memo(plant, "ratings", _ratings)


def ratings_of(plant: Plant, assets: Iterable[str]) -> dict[Key, Rated]:
    """The needs that a zone of just these assets would have."""
    rated = ratings(plant)
    return _merged((name, rated.get(name, {})) for name in sorted(assets))


def _ratings(plant: Plant) -> Ratings:
    change = _changes(plant)
    result: Ratings = {}
    dependants: dict[str, list[str]] = {}
    for function in plant.functions:
        for needed in function.needs:
            dependants.setdefault(function.id, []).append(needed)
    own = {function.id: _own(plant, function.id) for function in plant.functions}
    result.update(_spread(own, dependants, change, _by_function))
    supported: dict[str, list[tuple[str, dict[Key, Rated]]]] = {}
    for function in plant.functions:
        for asset in sorted(function.supported_by):
            supported.setdefault(asset, []).append((function.id, result[function.id]))
    assets = {asset.id: _inherit(supported.get(asset.id, []), _by_support, asset.id) for asset in plant.assets}
    hosts = {asset.id: [asset.runs_on] for asset in plant.assets if asset.runs_on in plant.asset}
    result.update(_spread(assets, hosts, change, _by_hosting))
    result.update(_zones(plant, result, change))
    return result


def _own(plant: Plant, function: str) -> dict[Key, Rated]:
    values: dict[Key, Rated] = {}
    for item in plant.function[function].consequences:
        key = (item.objective, item.category)
        rating = min(max(item.rating, 0), 5)
        if not rating or (key in values and values[key].rating >= rating):
            continue
        says = say(
            "If the {objective} of function {name} is lost, the consequence for {category} is rated {rating}:"
            " {anchor}.",
            objective=OBJECTIVES[item.objective],
            name=plant.function[function].title or function,
            category=CATEGORIES[item.category],
            rating=rating,
            anchor=ANCHORS[item.category][rating - 1],
        )
        because = (Reason(says=item.why),) if item.why else ()
        place = plant.place_of(function)
        values[key] = Rated(
            rating, Reason(says=says, value=rating, refs=(function,), rule="method 2", place=place, because=because)
        )
    return values


Word = Callable[[str, str], Message]


def _by_function(subject: str, origin: str) -> Message:
    return say("{subject} inherits it because function {origin} depends on it.", subject=subject, origin=origin)


def _by_support(subject: str, origin: str) -> Message:
    return say("{subject} inherits it from function {origin}, which it supports.", subject=subject, origin=origin)


def _by_hosting(subject: str, origin: str) -> Message:
    return say("{subject} inherits it from {origin}, which runs on it.", subject=subject, origin=origin)


def _by_zone(subject: str, origin: str) -> Message:
    return say("Zone {subject} inherits it from {origin}.", subject=subject, origin=origin)


def _merged(sources: Iterable[tuple[str, Mapping[Key, Rated]]]) -> dict[Key, Rated]:
    best: dict[Key, Rated] = {}
    for _, rated in sources:
        for key, item in rated.items():
            if key not in best or item.rating > best[key].rating:
                best[key] = item
    return best


def _inherit(sources: Iterable[tuple[str, Mapping[Key, Rated]]], word: Word, subject: str) -> dict[Key, Rated]:
    best: dict[Key, tuple[str, Rated]] = {}
    for origin, rated in sources:
        for key, item in rated.items():
            if key not in best or item.rating > best[key][1].rating:
                best[key] = (origin, item)
    return {key: _chained(subject, origin, item, word) for key, (origin, item) in best.items()}


def _chained(subject: str, origin: str, item: Rated, word: Word) -> Rated:
    why = Reason(
        says=word(subject, origin), value=item.rating, refs=(subject, origin), rule="method 2", because=(item.why,)
    )
    return Rated(item.rating, why)


Change = Callable[[str, Key, Rated], Rated]


def _spread(own: Ratings, feeds: Mapping[str, list[str]], change: Change, word: Word) -> Ratings:
    """Ratings after everything has flowed along ``feeds`` (from -> to), each changed once per subject.

    Ratings only rise on the way, so the result does not depend on the order; circles end at the bound 5.
    """
    raw = {subject: dict(rated) for subject, rated in own.items()}
    result = {
        subject: {key: change(subject, key, item) for key, item in rated.items()} for subject, rated in raw.items()
    }
    waiting = sorted(subject for subject in feeds if subject in result)
    while waiting:
        following: set[str] = set()
        for subject in waiting:
            for heir in sorted(feeds.get(subject, ())):
                if heir in raw and _raise(raw, result, subject, heir, change, word):
                    following.add(heir)
        waiting = sorted(following)
    return result


def _raise(raw: Ratings, result: Ratings, subject: str, heir: str, change: Change, word: Word) -> bool:
    grew = False
    for key, item in result[subject].items():
        if key in raw[heir] and raw[heir][key].rating >= item.rating:
            continue
        raw[heir][key] = _chained(heir, subject, item, word)
        changed = change(heir, key, raw[heir][key])
        grew = grew or key not in result[heir] or changed.rating > result[heir][key].rating
        result[heir][key] = changed
    return grew


def _changes(plant: Plant) -> Change:
    raised = {item.subject: item for item in plant.cumulations}
    lowered = {item.subject: item for item in plant.distributions if item.redundancy}

    def change(subject: str, key: Key, item: Rated) -> Rated:
        cumulation = raised.get(subject)
        if cumulation and item.rating < 5 and (not cumulation.objectives or key[0] in cumulation.objectives):
            says = say(
                "Raised by one, because several functions come together in {subject}: {reason}",
                subject=subject,
                reason=cumulation.reason or "-",
            )
            item = _changed(subject, item, item.rating + 1, says)
        distribution = lowered.get(subject)
        if distribution and key[0] is Objective.AVAILABILITY and item.rating > 1:
            says = say(
                "Lowered by one, because {redundancy} takes over when {subject} fails.",
                redundancy=distribution.redundancy,
                subject=subject,
            )
            item = _changed(subject, item, item.rating - 1, says)
        return item

    return change


def _changed(subject: str, item: Rated, rating: int, says: Message) -> Rated:
    return Rated(rating, Reason(says=says, value=rating, refs=(subject,), rule="method 2", because=(item.why,)))


def _zones(plant: Plant, rated: Ratings, change: Change) -> Ratings:
    """Zones from their assets; a zone that only groups others takes the maximum of those."""
    result: Ratings = {}
    children: dict[str, list[str]] = {}
    for zone in plant.zones:
        children.setdefault(zone.parent, []).append(zone.id)

    def of(zone: str, seen: frozenset[str]) -> dict[Key, Rated]:
        if zone in result or zone in seen:
            return result.get(zone, {})
        members = plant.members.get(zone, ())
        sources = [(asset.id, rated.get(asset.id, {})) for asset in sorted(members, key=lambda asset: asset.id)]
        if not sources:
            sources = [(child, of(child, seen | {zone})) for child in sorted(children.get(zone, ()))]
        values = _inherit(sources, _by_zone, zone)
        result[zone] = {key: change(zone, key, item) for key, item in values.items()}
        return result[zone]

    for zone in plant.zones:
        of(zone.id, frozenset())
    return result
