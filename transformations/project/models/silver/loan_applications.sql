select
    application_id, subject_ref, applied_on, drop_month, loanamt, appinc, unit, self, atotinc,
    cototinc, hexp, price, other, liq, gdlin, lines, mortg, cons, pubrec, hrat, obrat, fixadj,
    term, apr, prop, inss, gift, cosign, unver, netw, mortno, mortperf, mortlat1, mortlat2, chist,
    loanprc, occ, msa, suffolk, dep, emp, yjob, rep, review, unem, min30, bd, mi, vr, sch, multi,
    thick
from {{ ref('stg_loan_applications') }}
