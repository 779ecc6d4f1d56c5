-- no-transaction
-- What an operator looks for is rare: orders under review among hundreds of thousands of paid ones.
create index concurrently if not exists orders_by_status on orders (site_id, status, id);
