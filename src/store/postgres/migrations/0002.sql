-- On-premises instances by account, region and name; a name has one row, which a new registration replaces.

create table on_premises_instance (
  account_id text collate "C" not null,
  region text collate "C" not null,
  name text collate "C" not null,
  -- 0 when deregistered
  registered bigint not null,
  iam_arn text collate "C" not null,
  body text not null,
  primary key (account_id, region, name)
);

create index on_premises_instance_by_status on on_premises_instance (account_id, region, registered, name);
create unique index on_premises_instance_by_arn on on_premises_instance (account_id, region, iam_arn) where registered = 1;

create table on_premises_tag (
  account_id text collate "C" not null,
  region text collate "C" not null,
  name text collate "C" not null,
  key text collate "C" not null,
  value text not null,
  primary key (account_id, region, name, key)
);

-- each in the order of names, so that a page of a filtered list reads no more than it answers
create index on_premises_tag_by_key on on_premises_tag (account_id, region, key, name);
create index on_premises_tag_by_value on on_premises_tag (account_id, region, value, name);
create index on_premises_tag_by_both on on_premises_tag (account_id, region, key, value, name);

create table github_token (
  account_id text collate "C" not null,
  region text collate "C" not null,
  name text collate "C" not null,
  -- sealed with a key that is not in this database
  sealed text not null,
  primary key (account_id, region, name)
);
