-- A year of exchanges, accounts and cases, as the rooms write them; benchmarks/seed.py says how many, and runs this.
-- What anybody wrote lies in the vault, which no list reads: items are named here and are not there.
-- `asked` has one row (now, exchanges, cases), `places` the keys that exist already.
CREATE FUNCTION pg_temp.named(prefix text, n bigint) RETURNS text IMMUTABLE LANGUAGE sql
    -- Before every identifier that is made today, and in the order of time.
    AS $$ SELECT prefix || '_05' || lpad(to_hex(n), 24, '0') $$;
CREATE FUNCTION pg_temp.rule(n bigint) RETURNS text IMMUTABLE LANGUAGE sql
    AS $$ SELECT (ARRAY['jailbreak.pattern', 'violent_crimes.known', 'terrorism.known', 'sex_crimes.known'])
        [1 + n % 4] $$;
CREATE FUNCTION pg_temp.category(n bigint) RETURNS text IMMUTABLE LANGUAGE sql
    AS $$ SELECT (ARRAY['jailbreak', 'violent_crimes', 'terrorism', 'sex_crimes'])[1 + n % 4] $$;
CREATE FUNCTION pg_temp.account(n bigint) RETURNS bigint IMMUTABLE LANGUAGE sql
    AS $$ SELECT (n * 7919) % 150000 $$;

-- Of a hundred exchanges eighty pass.
CREATE TEMP TABLE seen AS
SELECT n, pg_temp.account(n) AS person,
    asked.now - interval '1 hour' - interval '365 days' * (1 - n::float8 / asked.exchanges) AS at,
    CASE WHEN lot < 80 THEN 'allow' WHEN lot < 88 THEN 'withhold' WHEN lot < 92 THEN 'warn' WHEN lot < 95 THEN 'steer'
        WHEN lot < 98 THEN 'rewrite' WHEN lot < 99 THEN 'hold' ELSE 'suspend' END AS measure
FROM asked, generate_series(1, asked.exchanges) AS n
CROSS JOIN LATERAL (SELECT (n * 61 + n / 100) % 100 AS lot) AS lots;

INSERT INTO gateway_exchanges (id, process, project, key, account, has_end_user, api, model, streamed, zero_retention,
    policy, arm, input_decision, input_verdict, input_findings, standing, input_item, opened_at, closed_at, outcome,
    measure, because, output_decision, output_verdict, output_findings, output_item, input_tokens, output_tokens,
    status, batch)
SELECT pg_temp.named('ex', n), 'gw_bench', project, key, pg_temp.named('ac', person), true, 'chat', 'model', n % 3 = 0,
    false, (SELECT digest FROM policy_versions ORDER BY version DESC LIMIT 1), '', pg_temp.named('de', 2 * n),
    CASE WHEN measure = 'allow' THEN '{}'::jsonb ELSE jsonb_build_object('measure', measure,
        'because', jsonb_build_array(pg_temp.rule(n))) END,
    CASE WHEN measure = 'allow' THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_build_object(
        'category', pg_temp.category(n), 'detector', 'rules.' || pg_temp.category(n), 'release', '1',
        'surface', 'input', 'score', 0.97, 'span', jsonb_build_array(10, 42), 'deterministic', true)) END,
    '{}', pg_temp.named('it', 2 * n), at, at + make_interval(secs => 0.2 + n % 40 / 10.0),
    CASE WHEN measure IN ('withhold', 'hold', 'suspend') THEN 'refused' WHEN n % 200 = 1 THEN 'failed'
        ELSE 'answered' END,
    measure, CASE WHEN measure = 'allow' THEN '{}'::text[] ELSE ARRAY[pg_temp.rule(n)] END,
    CASE WHEN passes THEN pg_temp.named('de', 2 * n + 1) END, CASE WHEN passes THEN '{}'::jsonb END,
    CASE WHEN passes THEN '[]'::jsonb END, CASE WHEN passes THEN pg_temp.named('it', 2 * n + 1) END,
    120 + n % 400, CASE WHEN passes THEN 300 + n % 900 END, CASE WHEN n % 200 = 1 THEN 502 ELSE 200 END,
    pg_temp.named('ba', n / 100)
FROM (SELECT *, measure NOT IN ('withhold', 'hold', 'suspend') AND n % 200 <> 1 AS passes FROM seen) AS seen
JOIN places ON places.number = person % (SELECT count(*) FROM places);

-- Accounts that something was held against, what it was, and where they stand now.
CREATE TEMP TABLE held AS SELECT *, row_number() OVER (ORDER BY n) AS seq FROM seen
WHERE measure IN ('withhold', 'warn', 'suspend');
INSERT INTO enforce_accounts (id, key, project, has_end_user, first_seen, state, until, per_minute, weight, timeline,
    clear_at, counts_from, updated_at)
SELECT pg_temp.named('ac', person), key, project, true, first_seen, state, until, per_minute, 1000 * acts,
    CASE state WHEN 'good' THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
        'state', state, 'until', to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'per_minute', per_minute))) END,
    until, 0, last_seen
FROM (
    SELECT person, min(at) AS first_seen, max(at) AS last_seen, count(*) AS acts, state.name AS state,
        CASE WHEN state.name IN ('warned', 'restricted', 'suspended')
            THEN date_trunc('second', max(asked.now)) + make_interval(days => (1 + person % 30)::int) END AS until,
        CASE WHEN state.name = 'restricted' THEN 6 END AS per_minute
    FROM held CROSS JOIN asked CROSS JOIN LATERAL (SELECT CASE WHEN person / 50 % 50 < 40 THEN 'good'
        WHEN person / 50 % 50 < 44 THEN 'warned' WHEN person / 50 % 50 < 47 THEN 'restricted' WHEN person / 50 % 50 < 49
        THEN 'suspended' ELSE 'banned' END AS name) AS state
    GROUP BY person, state.name
) AS people JOIN places ON places.number = person % (SELECT count(*) FROM places);
INSERT INTO enforce_acts (seq, account, decision, exchange, measure, because, clears, at)
OVERRIDING SYSTEM VALUE
SELECT seq, pg_temp.named('ac', person), pg_temp.named('de', 2 * n), pg_temp.named('ex', n), measure,
    ARRAY[pg_temp.rule(n)], false, at
FROM held;
SELECT setval(pg_get_serial_sequence('enforce_acts', 'seq'), (SELECT max(seq) FROM held));
INSERT INTO enforce_strikes (id, act, account, decision, exchange, rule, category, weight, at, expires_at)
SELECT pg_temp.named('st', n), seq, pg_temp.named('ac', person), pg_temp.named('de', 2 * n), pg_temp.named('ex', n),
    pg_temp.rule(n), pg_temp.category(n), 1000, at, at + interval '90 days'
FROM held;
INSERT INTO enforce_standing_changes (id, account, act, from_state, to_state, cause, decision, step_weight, at, until,
    per_minute)
SELECT pg_temp.named('sc', n), account.id, seq, 'good', account.state, 'strikes', pg_temp.named('de', 2 * n), 3000, at,
    account.until, account.per_minute
FROM (SELECT DISTINCT ON (person) * FROM held ORDER BY person, n DESC) AS held
JOIN enforce_accounts AS account ON account.id = pg_temp.named('ac', person) WHERE account.state <> 'good';
INSERT INTO enforce_labels (id, account, name, reason_code, by, at)
SELECT pg_temp.named('la', person), pg_temp.named('ac', person), 'see_with_care', 'by_hand', 'host:bench', max(at)
FROM held WHERE person / 100 % 100 = 0 GROUP BY person;

-- Cases: one exchange in so many. The last twelfth of them is not settled, nor is what waits for somebody else.
CREATE TEMP TABLE opened AS
SELECT k, n, person, project, key, at + interval '1 minute' AS at, asked.now,
    (ARRAY['escalation', 'flag', 'flag', 'report', 'escalation', 'flag', 'finding', 'flag', 'escalation', 'appeal'])
        [1 + k % 10] AS origin,
    k % 50 = 0 AS sealed, k % 10 = 9 AS appeals, k % 50 <> 0 AND k % 1000 = 13 AS merged,
    k > asked.cases - asked.cases / 12 AS waits,
    (ARRAY['nothing', 'warn', 'restrict', 'suspend', 'ban', 'nothing', 'warn'])[1 + k % 7] AS outcome,
    -- What an appeal is about is settled, and nobody else appeals it.
    CASE WHEN k % 10 <> 9 THEN NULL WHEN k > asked.cases - asked.cases / 12
        THEN pg_temp.named('de', 4000000 + k - 8 - 10 * (asked.cases / 120 + 1))
        ELSE pg_temp.named('de', 4000000 + k - 7) END AS about
FROM asked CROSS JOIN generate_series(1, asked.cases) AS k
JOIN seen ON seen.n = k * (asked.exchanges / asked.cases)
JOIN places ON places.number = person % (SELECT count(*) FROM places);
CREATE TEMP TABLE settled AS
SELECT *, pg_temp.named('de', 4000000 + k) AS decision, at + interval '3 hours' AS decided_at
FROM opened WHERE NOT waits AND NOT merged;

INSERT INTO cases_cases (id, origin, queue, state, stage, priority, sealed, project, key, account, has_end_user,
    exchange, about, rule, category, source, words, detected_automatically, opened_at, due_at, paused_at, claimed_by,
    claimed_human, claim_until, round, decision, decided_at, merged_into, joined, version)
SELECT pg_temp.named('cs', k), origin,
    CASE WHEN sealed THEN 'child_safety' WHEN appeals THEN 'appeals' WHEN k % 4 = 2 THEN 'urgent'
        WHEN origin = 'escalation' THEN 'held' ELSE 'general' END,
    CASE WHEN merged THEN 'merged' WHEN NOT waits THEN 'decided' WHEN k % 10 = 7 THEN 'claimed'
        WHEN k % 20 = 11 THEN 'waiting' ELSE 'open' END,
    CASE WHEN waits AND k % 30 = 4 THEN 'second' ELSE 'first' END, k % 4, sealed, project, key,
    pg_temp.named('ac', person), true, pg_temp.named('ex', n),
    about, pg_temp.rule(n),
    CASE WHEN sealed THEN 'child_sexual_exploitation' ELSE pg_temp.category(n) END, 'bench:' || k,
    CASE WHEN origin IN ('flag', 'report', 'appeal') THEN pg_temp.named('it', 4000000 + k) END,
    origin = 'escalation', at, CASE WHEN waits THEN now + make_interval(mins => (k * 37 % 6000 - 1500)::int)
        ELSE at + interval '3 days' END,
    CASE WHEN waits AND k % 20 = 11 THEN now - interval '2 hours' END,
    CASE WHEN waits AND k % 10 = 7 THEN 'pe_0500000000000000000000000' || k % 9 END,
    CASE WHEN waits AND k % 10 = 7 THEN 'pe_0500000000000000000000000' || k % 9 END,
    CASE WHEN waits AND k % 10 = 7 THEN now + make_interval(mins => (5 + k % 25)::int) END, 1,
    CASE WHEN NOT waits AND NOT merged THEN pg_temp.named('de', 4000000 + k) END,
    CASE WHEN NOT waits AND NOT merged THEN at + interval '3 hours' END,
    CASE WHEN merged THEN pg_temp.named('cs', k - 1) END, 0, 3
FROM opened ORDER BY k;
INSERT INTO cases_events ("case", at, what, by, told, item)
SELECT pg_temp.named('cs', k), at, 'opened', 'seawall', '{}'::jsonb, NULL FROM opened
UNION ALL SELECT pg_temp.named('cs', k), at + interval '2 hours', 'claimed', 'pe_05000000000000000000000001',
    jsonb_build_object('until', at + interval '150 minutes'), NULL FROM settled
UNION ALL SELECT pg_temp.named('cs', k), at + interval '2 hours', 'viewed', 'pe_05000000000000000000000001',
    jsonb_build_object('items', 2), NULL FROM settled
UNION ALL SELECT pg_temp.named('cs', k), decided_at, 'decided', 'pe_05000000000000000000000001', jsonb_build_object(
    'decision', decision, 'outcome', outcome, 'reason_code', 'repeated'), pg_temp.named('it', 5000000 + k) FROM settled;
INSERT INTO cases_proposals ("case", round, stage, by, human, ruling, reason, at)
SELECT pg_temp.named('cs', k), 1, 'first', 'pe_05000000000000000000000001', 'pe_05000000000000000000000001',
    jsonb_build_object('outcome', outcome, 'reason_code', 'repeated', 'reason', '', 'until', NULL, 'per_minute',
        CASE outcome WHEN 'restrict' THEN 6 END, 'about_right', CASE WHEN appeals THEN outcome = 'nothing' END,
        'unfounded', false), pg_temp.named('it', 5000000 + k), decided_at
FROM settled;
INSERT INTO cases_decisions (id, "case", project, account, at, body)
SELECT decision, pg_temp.named('cs', k), project, pg_temp.named('ac', person), decided_at, jsonb_build_object(
    'id', decision, 'case', pg_temp.named('cs', k), 'origin', origin, 'sealed', sealed, 'project', project,
    'account', pg_temp.named('ac', person), 'exchange', pg_temp.named('ex', n), 'about', about,
    'about_right', CASE WHEN appeals THEN outcome = 'nothing' END, 'rule', pg_temp.rule(n),
    'category', CASE WHEN sealed THEN 'child_sexual_exploitation' ELSE pg_temp.category(n) END, 'outcome', outcome,
    'until', CASE outcome WHEN 'suspend' THEN to_char(decided_at + interval '9 days', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END,
    'per_minute', CASE outcome WHEN 'restrict' THEN 6 END, 'reason_code', 'repeated',
    'reason', pg_temp.named('it', 5000000 + k), 'reverses', CASE WHEN appeals AND outcome <> 'nothing'
        THEN jsonb_build_array(about) ELSE '[]'::jsonb END,
    'detected_automatically', origin = 'escalation', 'opened_at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'at', to_char(decided_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'appeal_until', CASE WHEN outcome <> 'nothing'
        AND NOT appeals THEN to_char(decided_at + interval '183 days', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END,
    'by', 'pe_05000000000000000000000001', 'agreed_by', '[]'::jsonb,
    'humans', jsonb_build_array('pe_05000000000000000000000001'), 'bulk', NULL, 'unfounded', false)
FROM settled;
INSERT INTO cases_appeals ("case", decision, filed_at, until)
SELECT pg_temp.named('cs', k), about, at, at + interval '150 days'
FROM opened WHERE appeals AND NOT merged;
INSERT INTO cases_filings ("case", filer, kind, at, settled_at, unfounded)
SELECT pg_temp.named('cs', opened.k), pg_temp.named('ac', opened.person),
    CASE WHEN opened.appeals THEN 'appeals' ELSE 'notices' END, opened.at, settled.decided_at,
    CASE WHEN settled.k IS NOT NULL THEN false END
FROM opened LEFT JOIN settled USING (k) WHERE opened.origin IN ('flag', 'appeal');
INSERT INTO cases_notices (id, decision, project, account, at, given_at)
SELECT pg_temp.named('no', k), decision, project, pg_temp.named('ac', person), decided_at,
    CASE WHEN k % 100 > 0 THEN decided_at + interval '1 minute' END
FROM settled WHERE outcome <> 'nothing' OR appeals;
INSERT INTO cases_samples (decision, "case", sealed, drawn_at, by, human, outcome, agrees, at)
SELECT decision, pg_temp.named('cs', k), sealed, decided_at, mine, mine, CASE WHEN mine IS NOT NULL THEN outcome END,
    CASE WHEN mine IS NOT NULL THEN true END, CASE WHEN mine IS NOT NULL THEN decided_at + interval '1 day' END
FROM settled CROSS JOIN LATERAL (SELECT CASE WHEN k % 400 > 0 THEN 'pe_05000000000000000000000002' END AS mine) AS by
WHERE k % 20 = 0;
INSERT INTO cases_statements (decision, puid, state, made_at, sent_at, name)
SELECT decision, pg_temp.named('so', k), CASE WHEN k % 500 = 0 THEN 'waiting' ELSE 'sent' END, decided_at,
    CASE WHEN k % 500 > 0 THEN decided_at + interval '1 day' END, CASE WHEN k % 500 > 0 THEN 'sor-' || k END
FROM settled WHERE outcome <> 'nothing' AND NOT sealed;
INSERT INTO outbox_events (id, kind, project, about, at, body)
SELECT pg_temp.named('ev', k), 'case.decided', project, pg_temp.named('cs', k), decided_at,
    jsonb_build_object('case', pg_temp.named('cs', k), 'outcome', outcome)
FROM settled WHERE NOT sealed;
INSERT INTO outbox_deliveries (id, event, channel, endpoint, language, state, attempts, again_at, taken_at, error)
SELECT pg_temp.named('dl', k), pg_temp.named('ev', k), 'webhook', (SELECT min(id) FROM outbox_endpoints), '',
    CASE WHEN k % 500 = 1 THEN 'dead' ELSE 'taken' END, 1, NULL, CASE WHEN k % 500 <> 1 THEN decided_at END,
    CASE WHEN k % 500 = 1 THEN 'net.refused' END
FROM settled WHERE NOT sealed;

-- What asks for other people, and what people and authorities ask for: nearly all of it is over.
INSERT INTO access_requests (id, action, resource_kind, resource_id, digest, rights_digest, requester, human, reason,
    parameters, state, glass, asked_at, ends_at, closed_at)
SELECT pg_temp.named('rq', k), 'key.create_zero_retention', 'Project', 'project-' || k, sha256(k::text::bytea),
    repeat('0', 64), people.id, people.human, pg_temp.named('it', 6000000 + k), pg_temp.named('it', 7000000 + k),
    CASE WHEN k > many - 20 THEN 'waiting' WHEN k % 3 = 0 THEN 'cancelled' ELSE 'expired' END, false, asked_at,
    asked_at + interval '1 day', CASE WHEN k <= many - 20 THEN asked_at + interval '1 day' END
FROM (SELECT k, asked.cases / 20 AS many, asked.now - interval '12 hours' - interval '360 days' * (1 - k::float8 * 20
    / asked.cases) AS asked_at FROM asked CROSS JOIN generate_series(1, asked.cases / 20) AS k) AS asks
CROSS JOIN (SELECT id, human FROM access_people ORDER BY id LIMIT 1) AS people;
INSERT INTO access_privacy_requests (id, wish, kind, subjects, state, asked_at, due_at, taken_by, checked, checked_by,
    checked_at, closed_at, closed_by, answer)
SELECT pg_temp.named('pv', k), 'export', 'account', ARRAY[pg_temp.named('ac', k)], CASE WHEN open THEN 'open' ELSE
    'answered' END, at, at + interval '30 days', 'pe_05000000000000000000000001', 'vouched_by_project',
    'pe_05000000000000000000000001', at, CASE WHEN NOT open THEN at + interval '5 days' END,
    CASE WHEN NOT open THEN 'pe_05000000000000000000000002' END, CASE WHEN NOT open THEN '{}'::jsonb END
FROM (SELECT k, k > asked.cases / 50 - 20 AS open, asked.now - interval '360 days' * (1 - k::float8 * 50 / asked.cases)
    AS at FROM asked CROSS JOIN generate_series(1, asked.cases / 50) AS k) AS asks;
INSERT INTO legal_requests (id, kind, tier, country, channel, state, received_at, taken_at, due_at, taken_by, scope,
    papers, document, document_sha256, verified_by, verified_at, objected, outcome, reason_code, closed_at, closed_by)
SELECT pg_temp.named('lr', k), 'subpoena', 'basic', 'DE', 'email', CASE WHEN open THEN 'legal_review' ELSE 'closed' END,
    at, at, at + interval '20 days', 'pe_05000000000000000000000001', jsonb_build_object('accounts',
    jsonb_build_array(pg_temp.named('ac', k)), 'categories', '["account"]'::jsonb, 'since', '2025-01-01T00:00:00Z',
    'until', '2025-02-01T00:00:00Z'), pg_temp.named('it', 8000000 + k), pg_temp.named('it', 9000000 + k),
    encode(sha256(k::text::bytea), 'hex'), 'pe_05000000000000000000000001', at, false,
    CASE WHEN NOT open THEN 'rejected' END, CASE WHEN NOT open THEN 'no_basis' END,
    CASE WHEN NOT open THEN at + interval '5 days' END, CASE WHEN NOT open THEN 'pe_05000000000000000000000002' END
FROM (SELECT k, k > asked.cases / 100 - 10 AS open, asked.now - interval '360 days' * (1 - k::float8 * 100
    / asked.cases) AS at FROM asked CROSS JOIN generate_series(1, asked.cases / 100) AS k) AS asks;
