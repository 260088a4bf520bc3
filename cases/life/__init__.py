"""Case life: the steps of the sanction ladder, records, pauses and referrals of a case, and what is due."""
