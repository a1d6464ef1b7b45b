"""Projects and admission."""
