-- The commissions of an order stay within the plan's cap and never go to the buyer.
select o.site_id, o.id as order_id
from orders o
join commission_plans p on p.site_id = o.site_id and p.id = o.plan_id
join commission_entries c on c.site_id = o.site_id and c.order_id = o.id
group by o.site_id, o.id, o.amount_minor, o.user_id, p.cap_basis_points
having sum(c.amount_minor) * 10000 > o.amount_minor * p.cap_basis_points or bool_or(c.agent_id = o.user_id);
