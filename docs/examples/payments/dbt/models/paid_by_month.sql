{{ config(materialized='table') }}
select month, count(*) as payments, sum(amount) as amount
from {{ source('bronze', 'payments') }}
group by month
