@problemName Gaps
@timeStamps false
@missing true
@univariate true
@equalLength true
@classLabel true up down
@data
1.5,?,2.5:up
?,0.5,0.25:down
2.5,2.75,?:up
