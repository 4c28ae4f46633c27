"""The master data every environment starts with. Pure."""

from typing import Any

Row = dict[str, Any]

LEGAL_ENTITY, OTHER_LEGAL_ENTITY, DEFAULT_LEGAL_ENTITY = "nbf", "hlf", "dat"
"""What the application's user sees without `cross-company` is its default legal entity, which is none of ours."""
NAME = "Sandkassen forbund"
JOURNAL_NAME = "GenJrn"
BLOCKED_VENDOR = "V99998"
ACCOUNTS = {
    "2990": "Annen kortsiktig gjeld",
    "5330": "Godtgjørelse til tillitsvalgte",
    "6800": "Kontorrekvisita",
    "7100": "Bilgodtgjørelse, opplysningspliktig",
    "7130": "Reisekostnad, opplysningspliktig",
    "7140": "Reisekostnad, ikke opplysningspliktig",
    "7160": "Diettkostnad",
    "7790": "Annen kostnad",
}
TOTALS = {"7999": "Sum driftskostnader"}
DIMENSIONS = {
    "CostCenter": {str(code): f"Avdeling {code}" for code in range(10, 210, 10)},
    "Project": {str(code): f"Prosjekt {code}" for code in range(4201, 4301)},
    "Fund": {"F-1": "Fond 1", "F-2": "Fond 2"},
}
FORMAT = ("CostCenter", "Project", "Fund")
"""What follows the main account in the ledger dimension format of every legal entity."""
ITEM_TAX_GROUPS = ("FULL", "HALV")
TAX_GROUPS = ("INNLAND",)
VENDORS = {f"V{number:05}" for number in range(1, 2_001)}
CURRENCIES = ("NOK", "EUR")


def rows() -> dict[str, list[Row]]:
    """By entity set. Only what belongs to a legal entity has a `dataAreaId`."""
    return {
        "LegalEntities": [
            {"LegalEntityId": LEGAL_ENTITY, "Name": NAME},
            {"LegalEntityId": OTHER_LEGAL_ENTITY, "Name": "Et annet forbund"},
        ],
        "MainAccounts": [
            *[_account(code, name, "ProfitAndLoss") for code, name in ACCOUNTS.items()],
            *[_account(code, name, "Total") for code, name in TOTALS.items()],
        ],
        "DimensionAttributes": [{"DimensionName": name} for name in DIMENSIONS],
        "FinancialDimensionValues": [
            {"FinancialDimension": name, "DimensionValue": code, "Description": text}
            for name, values in DIMENSIONS.items()
            for code, text in values.items()
        ],
        "VendorsV3": [
            {"dataAreaId": LEGAL_ENTITY, "VendorAccountNumber": number} for number in sorted(VENDORS)
        ],
        "LedgerJournalHeaders": [],
        "LedgerJournalLines": [],
    }


def _account(code: str, name: str, kind: str) -> Row:
    return {"MainAccountId": code, "Name": name, "MainAccountType": kind, "ChartOfAccounts": "Norsk"}
