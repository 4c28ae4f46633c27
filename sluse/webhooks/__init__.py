"""What source systems tell by themselves, signed: approvals and withdrawals, by the Standard Webhooks specification."""
