select
    application_id,
    drop_month,
    date_add(applied_on, 30) as decided_on,
    approve
from {{ ref('stg_loan_applications') }}
