select *
from {{ source('bronze', 'loan_applications') }}
where {{ in_months() }}
