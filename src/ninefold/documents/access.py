# ruff: noqa: E501 - sentences stay whole, so that they can be found and translated
"""Who may do what, where: the authorisation concept and the rules of remote maintenance."""

from __future__ import annotations

from ninefold.documents.blocks import (
    Badge,
    Block,
    Bullets,
    Callout,
    Day,
    Document,
    Heading,
    Paragraph,
    Ref,
    Row,
    Signature,
    Span,
    Table,
    Tone,
)
from ninefold.documents.content import ConceptContent
from ninefold.documents.frame import frame
from ninefold.documents.parts.common import NOT_SET, UNKNOWN, col, named, refs, say, text, yes_no
from ninefold.documents.terms import EXPOSURES, ROLES, entry_word
from ninefold.model.services import Access
from ninefold.model.vocabulary import EntryKind, Role

REMOTE = frozenset({EntryKind.PUBLIC, EntryKind.REMOTE_ACCESS, EntryKind.CLOUD, EntryKind.SUPPLIER_UPDATE})
_ACCESS = {
    Access.READ: say("read"),
    Access.WRITE: say("write"),
    Access.PROGRAM: say("program"),
    Access.ADMIN: say("administer"),
}


def authorisation(content: ConceptContent) -> Document:
    """Entry to the site, admission to systems, access to functions."""
    plant = content.plant
    blocks: list[Block] = [
        Callout(
            title=say("Three questions"),
            blocks=(
                Paragraph(
                    say(
                        "Entry: who may be where. Admission: who may log on to what. Access: who may do what there. Each is answered on its own."
                    )
                ),
            ),
        ),
        Heading(words=say("Entry: who may be where"), id="entry"),
        Table(
            columns=(
                col(say("Zone"), 2),
                col(say("Access on site"), 2.4),
                col(say("Location"), 1.2),
                col(say("Evidence"), 1.4),
                col(say("Owner"), 1.2),
            ),
            rows=tuple(
                Row(
                    (
                        named(z.id, z.title),
                        EXPOSURES[z.exposure],
                        text(z.location),
                        text(z.exposure_evidence),
                        text(z.owner),
                    ),
                    z.id,
                )
                for z in plant.zones
            ),
            caption=say("Entry per zone"),
            empty=say("No zones are defined."),
            sheet=say("Entry"),
        ),
        Heading(words=say("Admission: who may log on to what"), id="admission"),
        Paragraph(
            say(
                "Accounts are personal. Shared accounts exist only where a device cannot do otherwise; then the place is controlled and the use is recorded."
            )
        ),
        Table(
            columns=(
                col(say("Asset"), 2),
                col(say("Zone"), 1),
                col(say("Default credentials"), 1.2),
                col(say("Owner"), 1.2),
                col(say("Who administers the zone"), 1.6),
            ),
            rows=tuple(
                Row(
                    (
                        named(a.id, a.title),
                        Ref(a.zone),
                        UNKNOWN
                        if a.default_credentials is None
                        else Badge(say("still set"), Tone.BAD)
                        if a.default_credentials
                        else Badge(say("removed"), Tone.GOOD),
                        text(a.owner),
                        refs([z.id for z in plant.zones if a.zone in z.administers]),
                    ),
                    a.id,
                )
                for a in plant.assets
            ),
            caption=say("Admission per asset"),
            empty=say("No assets are recorded."),
            sheet=say("Admission"),
            small=True,
        ),
        Heading(words=say("Access: who may do what"), id="access"),
        Table(
            columns=(
                col(say("Flow"), 1),
                col(say("From"), 1.2),
                col(say("To"), 1.2),
                col(say("Service"), 1.2),
                col(say("Most it can do"), 1),
                col(say("User"), 1),
                col(say("Session brokered"), 0.9),
                col(say("Logged"), 0.7),
                col(say("Until"), 1),
            ),
            rows=tuple(
                Row(
                    (
                        Ref(f.id),
                        Ref(f.source),
                        Ref(f.target),
                        plant.service[f.service].title if f.service in plant.service else f.service,
                        _ACCESS[plant.service[f.service].access] if f.service in plant.service else UNKNOWN,
                        text(f.user),
                        yes_no(f.brokered),
                        yes_no(f.log),
                        Day(f.until) if f.until else say("unlimited"),
                    ),
                    f.id,
                )
                for _, f in plant.flows
            ),
            caption=say("Access per flow"),
            empty=say("No flows are permitted."),
            sheet=say("Access"),
            small=True,
        ),
        Heading(words=say("Rules"), id="rules"),
        Bullets(
            items=(
                say("Rights are given by role, and only those that the task needs."),
                say("Who leaves or changes the task loses the rights on the same day."),
                say("Rights are reviewed at least once a year; the review is recorded."),
                say(
                    "Emergency access works without the network; its use is reported and the credentials are changed afterwards."
                ),
                say("Safety functions never depend on a log-on."),
            )
        ),
    ]
    return frame(content, "authorisation-concept", say("Authorisation concept"), blocks)


def remote_maintenance(content: ConceptContent) -> Document:
    """What holds when somebody works on the plant from afar, and who agreed to it."""
    plant = content.plant
    outside = {e.id for e in plant.entry_points if e.kind in REMOTE}
    ends = outside | {end for vpn in plant.vpns for end in vpn.ends}
    flows = [(c, f) for c, f in plant.flows if f.vpn or f.source in ends or f.target in outside]
    blocks: list[Block] = [
        Heading(words=say("Ways into the plant"), id="ways"),
        Table(
            columns=(
                col(say("Entry point"), 2),
                col(say("Kind"), 1.4),
                col(say("Leads to"), 1.4),
                col(say("Supervised"), 1),
            ),
            rows=tuple(
                Row(
                    (
                        named(e.id, e.title),
                        entry_word(e.kind),
                        refs(x for x in (e.zone, e.asset) if x),
                        yes_no(e.supervised),
                    ),
                    e.id,
                )
                for e in plant.entry_points
                if e.id in outside
            ),
            caption=say("Ways from outside"),
            empty=say("No way from outside is declared."),
            sheet=say("Ways"),
        ),
        Table(
            columns=(
                col(say("Tunnel"), 1),
                col(say("Kind"), 1),
                col(say("Ends"), 1.8),
                col(say("Authenticates users"), 1),
                col(say("Second factor"), 1),
                col(say("Consent at the machine"), 1.2),
                col(say("Always on"), 0.8),
            ),
            rows=tuple(
                Row(
                    (
                        Ref(v.id),
                        v.kind,
                        refs(v.ends),
                        yes_no(v.users),
                        yes_no(v.multifactor),
                        yes_no(v.consent),
                        yes_no(v.always_on),
                    ),
                    v.id,
                )
                for v in plant.vpns
            ),
            caption=say("Tunnels"),
            empty=say("No tunnel is declared."),
            sheet=say("Tunnels"),
        ),
        Heading(words=say("What may be reached"), id="reach"),
        Table(
            columns=(
                col(say("Flow"), 1),
                col(say("From"), 1.2),
                col(say("To"), 1.2),
                col(say("Service"), 1.2),
                col(say("Purpose"), 2),
                col(say("User"), 1),
                col(say("Until"), 1),
            ),
            rows=tuple(
                Row(
                    (
                        Ref(f.id),
                        Ref(f.source),
                        Ref(f.target),
                        f.service,
                        text(f.purpose),
                        text(f.user),
                        Day(f.until) if f.until else say("unlimited"),
                    ),
                    f.id,
                )
                for _, f in flows
            ),
            caption=say("Flows of remote maintenance"),
            empty=say("Nothing may be reached from outside."),
            sheet=say("Reach"),
        ),
        Heading(words=say("Rules"), id="rules"),
        Bullets(
            ordered=True,
            items=(
                say("The connection is closed; it is opened for one task, by the operator, for a limited time."),
                say("The person who connects is known by name and proves it with a second factor."),
                say(
                    "Work that can move something or stop production needs somebody at the machine who agrees and can stop it."
                ),
                say("Only the flows listed above are open; files come in through a place where they are checked."),
                say("Every session is recorded: who, when, what for, what was changed."),
                say(
                    "Afterwards the connection is closed, changes are compared with the concept, and backups are renewed."
                ),
                say("An incident at the service provider is reported to the operator without delay."),
            ),
        ),
        Heading(words=say("Agreement"), id="agreement"),
        *(
            Paragraph((Span(p.name), ", ", ROLES[p.role], ", ", p.contact or NOT_SET))
            for p in plant.system.parties
            if p.role in (Role.MAINTENANCE_PROVIDER, Role.ASSET_OWNER)
        ),
        Signature(role=ROLES[Role.ASSET_OWNER], note=say("Agrees to these rules")),
        Signature(role=ROLES[Role.MAINTENANCE_PROVIDER], note=say("Agrees to these rules")),
    ]
    return frame(content, "remote-maintenance-rules", say("Rules of remote maintenance"), blocks, contents=False)
