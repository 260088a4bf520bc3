"""An office with four employers and one rule of its own, whose limit changes with each year."""

from pathlib import Path

RULE = """
  - id: SIZE-01
    nature: violation
    status: stable
    title: {id: Kantor besar, en: Large office}
    subject: employer
    basis:
      - {law: UU 24/2011, article: "15(1)", from: 2011-11-25, checked: V}
    when:
      - employed_workers >= :smallest_office
    severity: high
    evidence: [employed_workers]
    say: {id: "{employed_workers} pekerja.", en: "{employed_workers} workers."}
    false_positives: {id: Tidak ada., en: None.}
    guard: {max_share: 1.0}
    examples:
      given: {today: 2025-06-30}
      cases:
        - {name: five are enough in 2025, and: {employed_workers: 5}, expect: violation}
        - {name: four are not, and: {employed_workers: 4}, expect: pass}
"""
LIMITS = (
    "{value: 10, from: 2024-01-01, source: ours, checked: V}, "
    "{value: 5, from: 2025-01-01, source: ours, checked: V}, {value: 20, from: 2026-01-01, source: ours, checked: V}"
)
RUN = f"""state: .patuh
store: sqlite:///patuh.db
language: en
packs: []
sources:
  wlkp:
    connector: csv
    fact: employer
    path: wlkp.csv
    as_of: 2026-11-19
    freshness: archive
    complete: true
    key: [employer_id]
    columns: {{employer_id: id, name: name, npwp: npwp, region: region, employer_kind: {{constant: private}},
      employed_workers: workers, employed_as_of: {{constant: "2023-10-01"}}}}
facts:
  employer: {{spine: wlkp}}
offices:
  - {{id: disnaker, queue: disnaker, regions: ["19"], name: Disnaker}}
calendar: {{file: hari.csv}}
parameters:
  smallest_office:
    unit: workers
    words: {{id: kantor terkecil, en: smallest office}}
    values: [{LIMITS}]
rules:{RULE}"""
WORKERS = {"WLKP-0003": 3, "WLKP-0007": 7, "WLKP-0012": 12, "WLKP-0025": 25}
DAYS = "tanggal,jenis,nama\n2026-12-21,cuti_bersama,Cuti bersama\n"


def write_office(folder: Path) -> Path:
    """Write the run file, the register and the calendar; return the run file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.yaml").write_text(RUN, encoding="utf-8")
    (folder / "hari.csv").write_text(DAYS, encoding="utf-8")
    write_register(folder, WORKERS)
    return folder / "rules.yaml"


def write_register(folder: Path, workers: dict[str, int]) -> None:
    """Write the register with so many workers of each employer."""
    lines = [
        f"{name},CV Contoh {place},{f'{place:02d}11222333444':0<16},19.71,{count}\n"
        for place, (name, count) in enumerate(workers.items(), start=1)
    ]
    (folder / "wlkp.csv").write_text("id,name,npwp,region,workers\n" + "".join(lines), encoding="utf-8")


def replaced(file: Path, old: str, new: str) -> None:
    """Write a file with `old`, which stands in it once, replaced."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    file.write_text(text.replace(old, new), encoding="utf-8")
