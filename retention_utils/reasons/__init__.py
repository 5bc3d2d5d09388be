"""Why customers leave: reasons sorted, counted, tried for trends and weighed in money."""
