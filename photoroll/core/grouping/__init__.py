"""All groups from all facts: joins the rules for times, places, themes and looks into groups with reasons.

Pure: what is known of the photos goes in as columns, the gazetteer and the theme heads as arguments, and
groups without lasting ids come out (:func:`~photoroll.core.grouping.renewal.renew` gives them those).
"""
