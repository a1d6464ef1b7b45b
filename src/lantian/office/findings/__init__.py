"""Problems found, whoever found them: assigned, rectified, checked again, closed."""
