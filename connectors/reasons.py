"""Why a row of a register was rejected: codes that stay, and words for people."""

from collections.abc import Mapping
from enum import StrEnum

from rules.model import Words


class Reason(StrEnum):
    """Stable codes of the `reason` column of a rejects file; a code is never given another meaning."""

    TOO_FEW_COLUMNS = "too_few_columns"
    TOO_MANY_COLUMNS = "too_many_columns"
    BAD_QUOTES = "bad_quotes"
    NOT_A_RECORD = "not_a_record"
    NAME_TWICE = "name_twice"
    NUL_CHARACTER = "nul_character"
    NOT_IN_VALUE_MAP = "not_in_value_map"
    NOT_AN_INTEGER = "not_an_integer"
    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS_NUMBER = "ambiguous_number"
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    NOT_A_DATE = "not_a_date"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    NOT_A_BOOLEAN = "not_a_boolean"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_REGION = "not_a_region"
    KEY_EMPTY = "key_empty"
    KEY_MALFORMED = "key_malformed"
    DIGITS_LOST = "digits_lost"
    FORMULA_ERROR = "formula_error"


REASON_WORDS: Mapping[Reason, Words] = {
    Reason.TOO_FEW_COLUMNS: {"id": "kolom baris ini kurang dari judul", "en": "fewer columns than the header"},
    Reason.TOO_MANY_COLUMNS: {"id": "kolom baris ini lebih dari judul", "en": "more columns than the header"},
    Reason.BAD_QUOTES: {"id": "tanda kutip tidak berpasangan", "en": "quotes do not match"},
    Reason.NOT_A_RECORD: {"id": "bukan objek JSON", "en": "not a JSON object"},
    Reason.NAME_TWICE: {"id": "satu nama kolom muncul dua kali", "en": "one name twice in the record"},
    Reason.NUL_CHARACTER: {"id": "berisi karakter NUL", "en": "holds a NUL character"},
    Reason.NOT_IN_VALUE_MAP: {
        "id": "nilai tidak ada dalam peta nilai di rules.yaml",
        "en": "value is not in the value map of rules.yaml",
    },
    Reason.NOT_AN_INTEGER: {"id": "bukan bilangan bulat", "en": "not a whole number"},
    Reason.NOT_A_NUMBER: {"id": "bukan bilangan", "en": "not a number"},
    Reason.AMBIGUOUS_NUMBER: {
        "id": "titiknya bisa ribuan atau desimal; tulis numbers: untuk kolom ini dalam peta kolom di rules.yaml",
        "en": "its point may group thousands or begin decimals; say numbers: for this column in the map of rules.yaml",
    },
    Reason.BELOW_MINIMUM: {"id": "di bawah batas terendah", "en": "below the lowest value allowed"},
    Reason.ABOVE_MAXIMUM: {"id": "di atas batas tertinggi", "en": "above the highest value allowed"},
    Reason.NOT_A_DATE: {"id": "bukan tanggal yang ada", "en": "not a date that exists"},
    Reason.DATE_OUT_OF_RANGE: {"id": "tanggal di luar 1900-2100", "en": "date outside 1900-2100"},
    Reason.NOT_A_BOOLEAN: {"id": "bukan ya/tidak", "en": "not true or false"},
    Reason.NOT_A_CHOICE: {"id": "bukan salah satu pilihan", "en": "not one of the choices"},
    Reason.NOT_A_REGION: {
        "id": "bukan kode wilayah Kemendagri (19, 19.71, 19.71.01, 19.71.01.1001)",
        "en": "not a Kemendagri region code (19, 19.71, 19.71.01, 19.71.01.1001)",
    },
    Reason.KEY_EMPTY: {"id": "kunci kosong", "en": "key is empty"},
    Reason.KEY_MALFORMED: {"id": "kunci tidak sah bentuknya", "en": "key is malformed"},
    Reason.DIGITS_LOST: {
        "id": "disimpan sebagai angka; digit terakhir hilang, simpan sebagai teks",
        "en": "stored as a number; last digits are lost, store it as text",
    },
    Reason.FORMULA_ERROR: {"id": "sel berisi galat rumus", "en": "cell holds a formula error"},
}
