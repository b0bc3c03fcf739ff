{# The column is never null and never twice the same: unique and not_null in one query. #}
{% test identifies(model, column_name) %}
select {{ column_name }}, count(*) as times
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null
{% endtest %}
