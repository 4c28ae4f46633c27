"""`make drill`: a backup is put back under a running accounting system, and everything is owed one voucher afterwards."""
