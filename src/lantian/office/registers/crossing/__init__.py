"""Questions across registers: everything known of one enterprise; the same firm under two spellings."""
