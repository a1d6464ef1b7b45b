"""Bulletins: figures of a period frozen with everything they stand on, issued, and watched for changes."""
