SELECT id, rule, subject_key, episode, state, mark, case_id, party_id FROM finding WHERE state <> 'resolved';
append scan;
append rule_version;
append party;
append party_identifier;
append decision;
append case_file;
append finding;
append event;
append event_payload;
temporary restated;
UPDATE finding SET state = r.state, case_id = r.case_id, resolved_on = r.resolved_on, scan_id = r.scan_id,
    joined_scan_id = coalesce(r.joined_scan_id, finding.joined_scan_id)
FROM restated r WHERE r.id = finding.id;
temporary retold;
UPDATE finding SET severity = r.severity, region = r.region, line = r.line, below = r.below,
    warnings_spent = r.warnings_spent, instalment_plan_kept = r.instalment_plan_kept,
    rule_version_id = r.rule_version_id, mark = r.mark, evidence = r.evidence
FROM retold r WHERE r.id = finding.id;
temporary renamed;
UPDATE party SET name = r.name, words = r.words FROM renamed r WHERE r.id = party.id;
temporary recased;
UPDATE case_file SET stage = r.stage, stage_before = r.stage_before, resolved_on = r.resolved_on,
    queue = coalesce(r.queue, case_file.queue), severity = coalesce(r.severity, case_file.severity),
    purpose = coalesce(r.purpose, case_file.purpose), decision_id = coalesce(r.decision_id, case_file.decision_id),
    people = r.people, rupiah = r.rupiah, overdue_since = r.overdue_since,
    repeat_finding_id = r.repeat_finding_id, findings = r.findings, priority = r.priority
FROM recased r WHERE r.id = case_file.id;
