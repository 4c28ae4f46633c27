"""What Business Central's API v2.0 knows: entity set, property, type, length, whether it can be written.

One line per property: name, type, and marks. `-` cannot be written, `!` must not be blank. `code20` is a
code of at most 20 characters (trimmed and upper-cased on write), `text100` a text of at most 100, `text`
one without a limit here.
"""

from dataclasses import dataclass
from functools import cache

from sluse.sandbox.business_central.enums import ENUMS

TABLE = """
companies company
  id guid -
  systemVersion text -
  name text30 -
  displayName text250 -
  businessProfileId text250 -
  systemCreatedAt datetime -
  systemModifiedAt datetime -
companyInformation companyInformation
  id guid -
  displayName text100 -
  taxRegistrationNumber text50 -
  currencyCode code10 -
generalLedgerSetup generalLedgerSetup
  id guid -
  allowPostingFrom date -
  allowPostingTo date -
  localCurrencyCode code10 -
  shortcutDimension1Code code20 -
  shortcutDimension2Code code20 -
accountingPeriods accountingPeriod
  id guid -
  startingDate date -
  name text10 -
  newFiscalYear bool -
  closed bool -
  dateLocked bool -
accounts account
  id guid -
  number code20 -
  displayName text100 -
  category enum:glAccountCategory -
  subCategory text80 -
  blocked bool -
  accountType enum:glAccountType -
  directPosting bool -
  lastModifiedDateTime datetime -
dimensions dimension
  id guid -
  code code20 -
  displayName text30 -
  lastModifiedDateTime datetime -
dimensionValues dimensionValue
  id guid -
  code code20 -
  dimensionId guid -
  displayName text50 -
  lastModifiedDateTime datetime -
taxGroups taxGroup
  id guid -
  code code20 !
  displayName text100
  taxType enum:taxBufferType -
  lastModifiedDateTime datetime -
currencies currency
  id guid -
  code code10 !
  displayName text30
  symbol text10
  lastModifiedDateTime datetime -
vendors vendor
  id guid -
  number code20
  displayName text100
  email text80
  taxRegistrationNumber text50
  currencyCode code10
  blocked enum:vendorBlocked
  balance decimal -
  lastModifiedDateTime datetime -
purchaseInvoices purchaseInvoice
  id guid -
  number code20 -
  postingDate date
  invoiceDate date
  dueDate date
  vendorInvoiceNumber code35
  vendorId guid
  vendorNumber code20 !
  vendorName text100 -
  payToName text100 -
  payToVendorId guid
  payToVendorNumber code20 !
  shipToName text100
  shortcutDimension1Code code20
  shortcutDimension2Code code20
  currencyId guid
  currencyCode code10
  orderId guid -
  orderNumber code20 -
  purchaser code20
  pricesIncludeTax bool
  discountAmount decimal
  totalAmountExcludingTax decimal -
  totalTaxAmount decimal -
  totalAmountIncludingTax decimal -
  status enum:invoiceStatus -
  lastModifiedDateTime datetime -
purchaseInvoiceLines purchaseInvoiceLine
  id guid -
  documentId guid
  sequence int
  itemId guid
  accountId guid
  lineType enum:invoiceLineType
  lineObjectNumber code20
  description text100
  description2 text50
  unitOfMeasureCode code10
  unitCost decimal
  quantity decimal
  discountAmount decimal
  discountPercent decimal
  amountExcludingTax decimal
  taxCode code50
  taxPercent decimal -
  totalTaxAmount decimal -
  amountIncludingTax decimal
  netAmount decimal
  netTaxAmount decimal
  netAmountIncludingTax decimal
journals journal
  id guid -
  code code10 !
  displayName text100
  templateDisplayName code10 !
  lastModifiedDateTime datetime -
  balancingAccountId guid
  balancingAccountNumber code20 -
journalLines journalLine
  id guid -
  journalId guid
  journalDisplayName code10
  lineNumber int
  accountType enum:journalAccountType
  accountId guid
  accountNumber code20
  postingDate date
  documentNumber code20
  externalDocumentNumber code35
  amount decimal
  description text100
  comment text250
  taxCode code20
  balanceAccountType enum:journalAccountType
  balancingAccountId guid
  balancingAccountNumber code20
  lastModifiedDateTime datetime -
generalLedgerEntries generalLedgerEntry
  id guid -
  entryNumber int -
  postingDate date -
  documentNumber code20 -
  documentType enum:journalDocumentType -
  accountId guid -
  accountNumber code20 -
  description text100 -
  debitAmount decimal -
  creditAmount decimal -
  additionalCurrencyDebitAmount decimal -
  additionalCurrencyCreditAmount decimal -
  lastModifiedDateTime datetime -
attachments attachment
  id guid -
  parentId guid
  fileName text250
  byteSize int
  attachmentContent stream
  lastModifiedDateTime datetime -
  parentType enum:attachmentParentType
dimensionSetLines dimensionSetLine
  id guid
  code code20 !
  parentId guid -
  displayName text30 -
  valueId guid
  valueCode code20
  valueDisplayName text50 -
"""

NESTED: dict[str, tuple[str, ...]] = {
    "purchaseInvoices": ("purchaseInvoiceLines", "dimensionSetLines"),
    "purchaseInvoiceLines": ("dimensionSetLines",),
    "journals": ("journalLines",),
    "journalLines": ("dimensionSetLines",),
    "dimensions": ("dimensionValues",),
}
"""Which children an entity can carry inside it, in a deep insert or an `$expand`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    name: str
    type: str
    length: int | None
    enum: tuple[str, ...]
    writable: bool
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    name: str
    type: str
    properties: dict[str, Property]


@cache
def entities() -> dict[str, Entity]:
    found: dict[str, Entity] = {}
    current: dict[str, Property] = {}
    for line in TABLE.strip().splitlines():
        words = line.split()
        if line.startswith("  "):
            current[words[0]] = _property(words[0], words[1], words[2:])
        else:
            current = {}
            found[words[0]] = Entity(name=words[0], type=words[1], properties=current)
    return found


def _property(name: str, text: str, marks: list[str]) -> Property:
    text, _, enum = text.partition(":")
    kind = text.rstrip("0123456789")
    return Property(
        name=name,
        type=kind,
        length=int(text.removeprefix(kind)) if text != kind else None,
        enum=ENUMS.get(enum, ()),
        writable="-" not in marks,
        required="!" in marks,
    )
