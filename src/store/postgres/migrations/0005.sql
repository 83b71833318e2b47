-- Lists answer ids: with the id in the index a page is read from a few neighbouring places, however many rows there are.
drop index deployment_list;
drop index deployment_list_by_status;
drop index deployment_list_of_group;
drop index deployment_list_of_group_by_status;
create index deployment_list on deployment (account_id, region, create_time, n, id);
create index deployment_list_by_status on deployment (account_id, region, status, create_time, n, id);
create index deployment_list_of_group on deployment (group_n, create_time, n, id);
create index deployment_list_of_group_by_status on deployment (group_n, status, create_time, n, id);
