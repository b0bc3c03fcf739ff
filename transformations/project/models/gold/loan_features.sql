select
    application_id,
    subject_ref,
    drop_month,
    cast(applied_on as timestamp) as feature_time,
    loanamt, appinc, unit, self, atotinc, cototinc, hexp, price, other, liq, gdlin, lines, mortg,
    cons, pubrec, hrat, obrat, fixadj, term, apr, prop, inss, gift, cosign, unver, netw, mortno,
    mortperf, mortlat1, mortlat2, chist, loanprc
from {{ ref('loan_applications') }}
where {{ in_months() }}
