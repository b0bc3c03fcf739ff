select
    application_id, drop_month, black, hispan, white, male, married, old
from {{ ref('stg_loan_applications') }}
