-- Messages about deployments, written in the transaction of what they tell of, until they are delivered. Those of one
-- stream are delivered one after the other.

create table notification (
  n integer primary key autoincrement,
  account_id text not null,
  region text not null,
  -- null when it is about none
  deployment_id text,
  stream text not null,
  kind text not null,
  receiver text not null,
  subject text not null,
  body text not null,
  created_at integer not null,
  -- 1 at first
  attempt integer not null,
  -- set on the first owed one of its stream alone: the others wait for it
  next_at integer,
  -- owed, or dead when it was given up
  state text not null,
  last_error text
);

-- what is due is found among the firsts of their streams, however many wait behind them
create index notification_due on notification (next_at) where next_at is not null;
create index notification_due_to_receiver on notification (receiver, next_at, n) where next_at is not null;
create index notification_owed_in_stream on notification (stream, n) where state = 'owed';
create index notification_list on notification (account_id, region, state, n);
