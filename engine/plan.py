"""All rules on one fact laid out together: one scan that judges, one that fetches the subjects worth a second look.

The first reads only what conditions read and keeps nothing of a subject that is in order but its part of a count; of
the others it keeps the row in the file, by which the second scan fetches their wide columns.
"""

from dataclasses import dataclass

from connectors.duck import literal, quoted
from connectors.identifiers import npwp_key, plain_key
from connectors.landed import Assembled, Standing
from engine.compile import (
    UNKNOWN,
    VIOLATION,
    blame_sql,
    evidence_names,
    evidence_sql,
    laid_out,
    marks_sql,
    severity_sql,
)
from engine.conditions import CheckedRule
from engine.emit import Deadline, Emitter, Ground
from engine.findings import fingerprint_sql
from rules.model import Fact, IdentifierKind

IDENTIFIER_KINDS: tuple[IdentifierKind, ...] = ("npwp", "nik", "nib", "npp")


@dataclass(frozen=True)
class FactPlan:
    """The rules of one fact and how its rows are read."""

    ground: Ground
    fact: Fact
    assembled: Assembled
    rules: tuple[CheckedRule, ...]

    def emitter(self) -> Emitter:
        """Return a fresh emitter over this fact."""
        return Emitter(self.ground, self.fact, joins={}, deadlines={})

    @property
    def scan(self) -> str:
        """The assembled fact as a FROM item under the alias f."""
        return f"read_parquet({literal(str(self.assembled.path))}) f"

    @property
    def numbered_scan(self) -> str:
        """The same with each row's number in the file."""
        return f"read_parquet({literal(str(self.assembled.path))}, file_row_number = true) f"

    @property
    def verdicts(self) -> str:
        """The name of the table of all subjects' outcomes."""
        return f"verdicts_{self.fact.name}"

    @property
    def candidates(self) -> str:
        """The name of the table of subjects with a violation or an unknown."""
        return f"candidates_{self.fact.name}"

    def deadlines(self) -> dict[str, Deadline]:
        """Return the calendar columns that the rules read."""
        emitter = self.emitter()
        for rule in self.rules:
            laid_out(rule, emitter)
            severity_sql(rule, emitter)
            marks_sql(rule, emitter)
            for let in rule.let.values():
                emitter.sql(let.tree)
        return emitter.deadlines

    @property
    def codes(self) -> list[str]:
        """The columns of the outcome codes, one per rule."""
        return [f"o{number}" for number in range(len(self.rules))]

    def verdicts_sql(self) -> str:
        """Return the statement that judges every subject: for each region and set of outcomes, a code for each rule,
        how many subjects there are, and the rows in the file of those that are worth a second look."""
        emitter = self.emitter()
        rules = [laid_out(rule, emitter) for rule in self.rules]
        outcomes = ", ".join(f"{rule.outcome} AS {code}" for rule, code in zip(rules, self.codes, strict=True))
        source = " ".join([self.numbered_scan, *emitter.joins.values()])
        return (
            f"CREATE OR REPLACE TEMP TABLE {self.verdicts} AS SELECT region, {', '.join(self.codes)}, "
            f"count(*) AS subjects, list(row) FILTER (WHERE {self.wanted}) AS rows "
            f"FROM (SELECT f.file_row_number AS row, {self.region5()} AS region, {outcomes} FROM {source}) GROUP BY ALL"
        )

    @property
    def wanted(self) -> str:
        """Whom the lists name: violations and unknowns, of a rule on trial the unknowns alone."""
        least = [UNKNOWN if rule.rule.status == "trial" else VIOLATION for rule in self.rules]
        return " OR ".join(f"{code} >= {outcome}" for code, outcome in zip(self.codes, least, strict=True))

    def counts_sql(self) -> str:
        """Return region (five characters), one outcome code per rule, and the number of subjects."""
        return f"SELECT region, {', '.join(self.codes)}, subjects FROM {self.verdicts}"

    def region5(self) -> str:
        """The kabupaten or kota of a subject, '' where its region was not said."""
        return f"left(coalesce({self.emitter().field_sql(self.fact.region)}, ''), 5)"

    def candidates_sql(self) -> str:
        """Return the statement that keeps the subjects of the second look, with only the columns it reads."""
        columns = ", ".join(f"f.{quoted(name)}" for name in self.kept_columns())
        codes = ", ".join(f"v.{code}" for code in self.codes)
        rows = f"SELECT {', '.join(self.codes)}, unnest(rows) AS row FROM {self.verdicts} WHERE {self.wanted}"
        return (
            f"CREATE OR REPLACE TEMP TABLE {self.candidates} AS SELECT {columns}, {codes} FROM {self.numbered_scan} "
            f"JOIN ({rows}) v ON v.row = f.file_row_number"
        )

    def kept_columns(self) -> tuple[str, ...]:
        """Return the fields and standings that findings and unknowns are made from."""
        fact = self.fact
        fields = {fact.key: None, fact.region: None, fact.party.name: None}
        for name in (*fact.party.identifiers.values(), *fact.routing.values()):
            fields[name] = None
            if fact.fields[name].pair:
                fields[str(fact.fields[name].pair)] = None
        for rule in self.rules:
            fields.update(dict.fromkeys(name for name in evidence_names(rule) if name in fact.fields))
            fields.update(dict.fromkeys(name for relation in fact.relations.values() for name in (relation.ours,)))
        for name in tuple(fields):
            if fact.fields[name].pair:
                fields[str(fact.fields[name].pair)] = None
        origin = self.assembled.origin
        sources = {origin.get(name) for name in fields} - {None}
        said = [name for name in fields if origin.get(name) is not None]
        return (*said, *sorted(f"_standing_{source}" for source in sources))

    def finding_sql(self, number: int) -> str:
        """Return the findings of the rule at `number`, with the columns of FINDING_COLUMNS."""
        rule, emitter = self.rules[number], self.emitter()
        emitter.law_date = emitter.sql(rule.law_date.tree) if rule.law_date is not None else None
        line, below = marks_sql(rule, emitter)
        key = emitter.field_sql(self.fact.key)
        columns = {
            "rule": literal(rule.rule.id),
            "fact": literal(self.fact.name),
            "subject_key": key,
            "region": f"coalesce({emitter.field_sql(self.fact.region)}, '')",
            "province": f"left(coalesce({emitter.field_sql(self.fact.region)}, ''), 2)",
            "family": literal(rule.rule.family),
            "track": literal("outreach" if rule.rule.nature == "outreach" else "sanction"),
            "severity": severity_sql(rule, emitter),
            "line": line,
            "below": below,
            **self.party_columns(emitter, key),
            **self.routing_columns(emitter),
            "evidence": evidence_sql(rule, emitter),
        }
        listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        source = " ".join([f"{self.candidates} f", *emitter.joins.values()])
        mark = f"{fingerprint_sql('evidence', 'severity', 'line')} AS fingerprint"
        return f"SELECT *, {mark} FROM (SELECT {listed} FROM {source} WHERE f.o{number} = {VIOLATION})"

    def party_columns(self, emitter: Emitter, key: str) -> dict[str, str]:
        """Return whom the finding is about, with normalised identifiers."""
        party = self.fact.party
        found: dict[str, str] = {kind: self.identifier(kind, emitter) for kind in IDENTIFIER_KINDS}
        own = party.identifiers.get("source")
        source = f"coalesce({emitter.field_sql(own)}, {key})" if own else key
        return {
            "party_kind": literal(party.kind),
            "party_name": emitter.field_sql(party.name),
            **found,
            "source": f"concat({literal(party.kind + ':')}, {source})",
        }

    def identifier(self, kind: IdentifierKind, emitter: Emitter) -> str:
        """Return one identifier of the party, normalised; NULL where it is not said or malformed."""
        name = self.fact.party.identifiers.get(kind)
        if name is None:
            return "CAST(NULL AS VARCHAR)"
        known = self.fact.fields[name]
        column = emitter.field_sql(name)
        if known.type == "npwp":
            return npwp_key(column, emitter.field_sql(known.pair) if known.pair else None)
        return plain_key(known.type, column)

    def routing_columns(self, emitter: Emitter) -> dict[str, str]:
        """Return the facts that routing reads; NULL where their source could not say tonight."""
        spent = self.routing_fact("warnings_spent", "0", emitter)
        kept = self.routing_fact("instalment_plan_kept", "FALSE", emitter)
        return {"warnings_spent": f"CAST({spent} AS UTINYINT)", "instalment_plan_kept": f"CAST({kept} AS BOOLEAN)"}

    def routing_fact(self, name: str, milder: str, emitter: Emitter) -> str:
        """Return one of them: `milder` where its source has no row or no value, or the fact has no such field."""
        field = self.fact.routing.get(name)
        if field is None:
            return milder
        source = self.assembled.origin.get(field)
        if source is None:
            return "NULL"
        standing = f"f.{quoted('_standing_' + source)}"
        return f"CASE WHEN {standing} < {int(Standing.MISSING)} THEN coalesce({emitter.field_sql(field)}, {milder}) END"

    def unknown_sql(self, number: int) -> str:
        """Return the subjects that the rule at `number` could not judge, with the columns of UNKNOWN_COLUMNS."""
        emitter = self.emitter()
        rule = laid_out(self.rules[number], emitter)
        key, region = emitter.field_sql(self.fact.key), emitter.field_sql(self.fact.region)
        blame = blame_sql(rule, emitter)
        table = " ".join([f"{self.candidates} f", *emitter.joins.values()])
        asked = (
            f"SELECT {key} AS subject_key, {region} AS region, {blame} AS blame FROM {table} "
            f"WHERE f.o{number} = {UNKNOWN}"
        )
        return (
            f"SELECT {literal(rule.rule.rule.id)} AS rule, {literal(self.fact.name)} AS fact, subject_key, "
            f"coalesce(region, '') AS region, blame.line, blame.field, blame.source, blame.reason FROM ({asked})"
        )

    @property
    def asked(self) -> str:
        """The name of the table of single subjects' outcomes."""
        return f"asked_{self.fact.name}"

    def asked_sql(self, subjects: str) -> str:
        """Return the statement that judges the subjects in the Parquet file `subjects`: rule, subject_key, code."""
        emitter = self.emitter()
        rules = [laid_out(rule, emitter) for rule in self.rules]
        source, key = " ".join([self.scan, *emitter.joins.values()]), emitter.field_sql(self.fact.key)
        names = [literal(rule.rule.rule.id) for rule in rules]
        asked = f"SELECT rule, subject_key FROM read_parquet({subjects}) WHERE rule IN ({', '.join(names)})"
        outcomes = ", ".join(f"{rule.outcome} AS {code}" for rule, code in zip(rules, self.codes, strict=True))
        chosen = " ".join(f"WHEN {name} THEN {code}" for name, code in zip(names, self.codes, strict=True))
        judged = (
            f"SELECT {key} AS subject_key, {outcomes} FROM {source} WHERE {key} IN (SELECT subject_key FROM ({asked}))"
        )
        return (
            f"CREATE OR REPLACE TEMP TABLE {self.asked} AS SELECT rule, subject_key, CASE rule {chosen} END AS code "
            f"FROM ({asked}) JOIN ({judged}) USING (subject_key)"
        )
