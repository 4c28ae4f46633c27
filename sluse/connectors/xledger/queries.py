"""Everything that is asked of Xledger. Values travel as variables, never inside these texts."""

VIEWER = "query Viewer { viewer { entity { dbId code description ownerDbId company { dbId } } } }"

ADD = """mutation Add($inputs: [AddGLImportItemsInput!]!) {
  addGLImportItems(inputs: $inputs) { edges { clientId node { dbId } } }
}"""

ATTACH = """mutation Attach($inputs: [UpdateGLImportItemsInput!]!) {
  updateGLImportItems(inputs: $inputs) { edges { clientId node { dbId invoiceFile { dbId } } } }
}"""

STAGED = """query Staged($first: Int, $after: String, $filter: GLImportItem_Filter) {
  glImportItems(first: $first, after: $after, filter: $filter) {
    edges { cursor node { dbId trRegNumber invoiceNumber extIdentifier amount ownerDbId } }
    pageInfo { hasNextPage }
  }
}"""

STAGED_FILES = """query StagedFiles($first: Int, $after: String, $filter: GLImportItem_Filter) {
  glImportItems(first: $first, after: $after, filter: $filter) {
    edges { cursor node { dbId invoiceNumber extIdentifier yourReference ownerDbId invoiceFile { dbId url } } }
    pageInfo { hasNextPage }
  }
}"""

STAGED_SINCE = """query StagedSince($first: Int, $after: String, $filter: GLImportItem_Filter) {
  glImportItems(first: $first, after: $after, filter: $filter) {
    edges { cursor node { dbId invoiceNumber extIdentifier amount postedDate ownerDbId } }
    pageInfo { hasNextPage }
  }
}"""

LEDGER_SINCE = """query LedgerSince($first: Int, $after: String, $filter: JournalEntry_Filter) {
  journalEntries(first: $first, after: $after, filter: $filter) {
    edges { cursor node { dbId transactionNumber invoiceNumber amount postedDate ownerDbId } }
    pageInfo { hasNextPage }
  }
}"""

LATE_ERRORS = """query LateErrors($first: Int, $after: String) {
  glImportItemErrors(first: $first, after: $after) {
    edges { cursor node { dbId transactionDbId message } } pageInfo { hasNextPage }
  }
}"""

LEDGER = """query Ledger($first: Int, $after: String, $filter: JournalEntry_Filter) {
  journalEntries(first: $first, after: $after, filter: $filter) {
    edges { cursor node { dbId transactionNumber invoiceNumber amount ownerDbId } } pageInfo { hasNextPage }
  }
}"""

ACCOUNTS = """query Accounts($first: Int, $after: String) {
  accounts(first: $first, after: $after) {
    edges { cursor node { code description posting } } pageInfo { hasNextPage }
  }
}"""

PROJECTS = """query Projects($first: Int, $after: String) {
  projects(first: $first, after: $after) {
    edges { cursor node { code description allowPosting } } pageInfo { hasNextPage }
  }
}"""

OBJECT_KINDS = """query ObjectKinds($first: Int, $after: String) {
  objectKinds(first: $first, after: $after) {
    edges { cursor node { dbId name } } pageInfo { hasNextPage }
  }
}"""

OBJECT_VALUES = """query ObjectValues($first: Int, $after: String, $filter: ObjectValue_Filter) {
  objectValues(first: $first, after: $after, filter: $filter) {
    edges { cursor node { code description } } pageInfo { hasNextPage }
  }
}"""
