-- The brand this head office belongs to: one row.
CREATE TABLE office (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    brand text NOT NULL,
    name text NOT NULL,
    -- whether agreements ask for the customer's name and phone in full
    full_customer boolean NOT NULL DEFAULT false,
    photos_wanted text[] NOT NULL DEFAULT '{}',
    purchase_date_wanted boolean NOT NULL DEFAULT false,
    reader_hash bytea,
    made_at timestamptz NOT NULL DEFAULT now()
);

-- Events refer to a shop by a number of four bytes: its code would be a fifth of the index.
-- The row is locked while one of the shop's batches is booked, so that counts and decisions need no other order.
CREATE TABLE shop (
    no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    open boolean NOT NULL DEFAULT true,
    made_at timestamptz NOT NULL DEFAULT now(),
    last_contact timestamptz,
    waiting bigint NOT NULL DEFAULT 0,
    events bigint NOT NULL DEFAULT 0,
    decisions bigint NOT NULL DEFAULT 0,
    statements integer NOT NULL DEFAULT 0,
    received bigint NOT NULL DEFAULT 0,
    returned bigint NOT NULL DEFAULT 0,
    accepted bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    settled bigint NOT NULL DEFAULT 0,
    withdrawn bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE shop_key (
    key_id text PRIMARY KEY,
    shop_no integer NOT NULL REFERENCES shop,
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    made_at timestamptz NOT NULL DEFAULT now(),
    retires_at timestamptz
);
CREATE INDEX shop_key_shop ON shop_key (shop_no);

-- Numbers used once, kept as long as a stamp could still be good.
CREATE TABLE used_nonce (
    shop_no integer NOT NULL,
    nonce text NOT NULL,
    created timestamptz NOT NULL,
    PRIMARY KEY (shop_no, nonce)
);

CREATE TABLE event (
    shop_no integer NOT NULL,
    id uuid NOT NULL,
    sequence bigint NOT NULL,
    happened_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    subject text NOT NULL,
    digest bytea NOT NULL,
    result text NOT NULL DEFAULT 'accepted',
    reason text,
    told text,
    missing text[],
    data jsonb NOT NULL,
    PRIMARY KEY (shop_no, id)
) PARTITION BY HASH (shop_no);
CREATE INDEX event_noticed ON event (kind, received_at)
    WHERE kind IN ('xiuhu.quality.notice.v1', 'xiuhu.incident.reported.v1');

-- The same id with another content: kept beside the first, for a person to look at.
CREATE TABLE clash (
    shop_no integer NOT NULL,
    id uuid NOT NULL,
    digest bytea NOT NULL,
    came_at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    subject text NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (shop_no, id, digest)
);

CREATE TABLE claim (
    shop_no integer NOT NULL,
    -- in the order of its bytes, so that every machine turns the pages alike
    claim text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    state text NOT NULL,
    event_id uuid NOT NULL,
    body_digest bytea,
    claimed_fen bigint NOT NULL DEFAULT 0,
    accepted_fen bigint,
    received_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    category text NOT NULL DEFAULT '',
    model text NOT NULL DEFAULT '',
    fault_code text NOT NULL DEFAULT '',
    serial text NOT NULL DEFAULT '',
    statement text,
    PRIMARY KEY (shop_no, claim)
) PARTITION BY HASH (shop_no);
-- The list of open claims; the settled ones, nearly all, are not in it.
CREATE INDEX claim_open ON claim (state, received_at) WHERE state IN ('received', 'returned', 'accepted');
-- Faults by model of the last weeks, from the index alone.
CREATE INDEX claim_faults ON claim (received_at) INCLUDE (model, fault_code);
CREATE INDEX claim_statement ON claim (shop_no, statement) WHERE statement IS NOT NULL;

CREATE TABLE old_part (
    shop_no integer NOT NULL,
    label text NOT NULL,
    claim text NOT NULL,
    part_no text NOT NULL,
    stand text NOT NULL,
    batch text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shop_no, label)
) PARTITION BY HASH (shop_no);
CREATE INDEX old_part_owed ON old_part (shop_no) WHERE stand = 'owed';

-- A row is made when a claim names a photo; the picture itself follows. Pictures do not compress.
CREATE TABLE photo (
    shop_no integer NOT NULL,
    digest bytea NOT NULL,
    subject text NOT NULL,
    size integer NOT NULL,
    came_at timestamptz,
    body bytea,
    PRIMARY KEY (shop_no, digest)
) PARTITION BY HASH (shop_no);

ALTER TABLE photo ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE decision (
    shop_no integer NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    claim text NOT NULL DEFAULT '',
    version integer,
    amount_fen bigint,
    reason text NOT NULL DEFAULT '',
    told text NOT NULL DEFAULT '',
    missing text[] NOT NULL DEFAULT '{}',
    month text NOT NULL DEFAULT '',
    statement text NOT NULL DEFAULT '',
    due_on date,
    PRIMARY KEY (shop_no, seq)
) PARTITION BY HASH (shop_no);

CREATE TABLE statement (
    shop_no integer NOT NULL,
    number text NOT NULL,
    month text NOT NULL,
    total_fen bigint NOT NULL,
    deductions jsonb NOT NULL DEFAULT '[]',
    made_at timestamptz NOT NULL DEFAULT now(),
    answer text,
    answered_at timestamptz,
    PRIMARY KEY (shop_no, number)
);

-- Sixteen parts: each can move to a machine of its own later; more would make small offices slow.
DO $$
DECLARE
    name text;
    part integer;
BEGIN
    FOREACH name IN ARRAY ARRAY['event', 'claim', 'old_part', 'photo', 'decision'] LOOP
        FOR part IN 0..15 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                           name || '_' || to_char(part, 'FM00'), name, part);
        END LOOP;
    END LOOP;
END $$;
