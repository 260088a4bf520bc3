append rule_version;
append party;
append party_identifier;
append decision;
append case_file;
append finding;
append event;
append scan;
